/** The key of the setting in which NousViz stores a plugin's trust. */
const SETTING_KEY = '_trust_frontend';

/** Makes the SQL that formats a time as ISO 8601 in UTC, with milliseconds. */
const iso = (time: string) => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The SQL that identifies the content of a row of consents, since each change of a row makes another version of it. */
const version = `consents.tableoid::text || ':' || consents.xmin::text || consents.ctid::text`;
const isNew = `${version} <> all($2::text[])`;
/** The SQL of the hashes of a row whose version is not known yet. */
const hashes = `${version} as version, case when ${isNew} then consents.bundles::text end as bundles,
        case when ${isNew} then consents.earlier::text end as earlier`;

/** Makes the SQL of an operator and a time of the audit. */
const signed = (who: string, at: string, prefix = '') =>
  `coalesce(${who}, '') as ${prefix}who, ${iso(at)} as ${prefix}at`;

/** The SQL condition that a row of the audit is a consent. */
const isConsent = `action in ('trust', 'sandbox', 'pin')`;

/** Makes the SQL statements for the tables of one schema. */
export function statementsFor(schema: string) {
  const table = (name: string) => `"${schema}"."${name}"`;
  const settings = table('plugin_settings');
  const consents = table('plugin_frontend_consents');
  const sandboxed = table('plugin_frontend_sandboxed');
  const audit = table('plugin_frontend_audit');
  const stored = table('plugin_frontend_bundles');
  const consentTable = (name: string) => `create table if not exists ${name} (
         plugin_id text primary key, who text not null, at timestamptz not null,
         bundles jsonb not null, earlier jsonb not null)`;
  const storeConsent = (
    name: string,
  ) => `insert into ${name} as consents (plugin_id, who, at, bundles, earlier)
      values ($1, $2, $3, $4, $5)
      on conflict (plugin_id) do update set who = excluded.who, at = excluded.at,
        bundles = excluded.bundles, earlier = excluded.earlier
      returning ${version} as version`;
  const alterAudit = `alter table ${audit} add column if not exists act text, add column if not exists via text, add column if not exists version text, add column if not exists kept jsonb`;
  return {
    audited: audit,
    alterAudit,
    tables: [
      consentTable(consents),
      consentTable(sandboxed),
      `create table if not exists ${audit} (
         id bigint generated always as identity primary key, plugin_id text not null, action text not null,
         who text, at timestamptz not null default clock_timestamp(), bundles jsonb, act text, via text, version text, kept jsonb)`,
      // Earlier versions made the table without them.
      alterAudit,
      `create index if not exists plugin_frontend_audit_plugin on ${audit} (plugin_id, id)`,
      `create table if not exists ${stored} (sha256 text primary key, bytes bytea not null)`,
    ],
    missing: `select name, false as is_column from unnest(array['${consents}', '${sandboxed}', '${audit}', '${stored}']) name where to_regclass(name) is null
      union all select name, true from unnest(array['act', 'via', 'version', 'kept']) name where not exists (select 1 from pg_attribute
        where attrelid = to_regclass('${audit}') and attname = name and not attisdropped)`,
    columns: `select column_name as name, data_type as type from information_schema.columns
      where table_schema = '${schema}' and table_name = 'plugin_settings'`,
    // The table of settings may have several rows for a plugin, which is trusted only if all of them say so. A sandboxed plugin has none,
    // so that NousViz 1.0 does not trust it; a row is a later decision of NousViz 1.0. $2 has the known versions of consents.
    grants: `select settings.plugin_id, consents.plugin_id is null as is_plain,
        coalesce(consents.who, settings.who, 'operator') as who,
        ${iso('coalesce(consents.at, settings.at, to_timestamp(0))')} as when, false as is_sandboxed, ${hashes}
      from (
        select plugin_id::text, max(nullif(value ->> 'who', '')) as who, max(updated_at)::timestamptz as at
        from ${settings} where key = '${SETTING_KEY}' and ($1::text is null or plugin_id::text = $1)
        group by plugin_id
        having bool_and(coalesce(value = 'true' or value -> 'trusted' = 'true', false))
      ) settings left join ${consents} consents on consents.plugin_id = settings.plugin_id
      union all
      select plugin_id, false, who, ${iso('at')}, true, ${hashes}
      from ${sandboxed} consents
      where ($1::text is null or plugin_id = $1)
        and not exists (select 1 from ${settings} settings
          where settings.plugin_id::text = consents.plugin_id and key = '${SETTING_KEY}')`,
    isDecided: `select 1 where exists (select 1 from ${audit} where plugin_id = $1)
      or exists (select 1 from ${settings} where plugin_id::text = $1 and key = '${SETTING_KEY}')`,
    trust: `update ${settings} set value = 'true', updated_at = now()
      where plugin_id = $1 and key = '${SETTING_KEY}' returning 1`,
    insertTrust: `insert into ${settings} (plugin_id, key, value, updated_at) values ($1, '${SETTING_KEY}', 'true', now())
      on conflict do nothing returning 1`,
    untrust: `delete from ${settings} where plugin_id = $1 and key = '${SETTING_KEY}'`,
    consent: storeConsent(consents),
    deleteConsent: `delete from ${consents} where plugin_id = $1`,
    sandbox: storeConsent(sandboxed),
    deleteSandboxed: `delete from ${sandboxed} where plugin_id = $1`,
    audit: `insert into ${audit} (plugin_id, action, who, bundles, act, via, version, kept) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    hasConsented: `select 1 from ${audit} where plugin_id = $1 and ${isConsent} and bundles ->> $2::text = $3 limit 1`,
    // For each plugin: the last record that names exactly the bytes that wait, and the decision that followed a consent to them.
    facts: `select asked.id as plugin_id, consent.version, named.action as named, followed.act,
        ${signed('coalesce(followed.who, named.who)', 'coalesce(followed.at, named.at)')},
        last.action = 'revoke' as is_revoked, ${signed('last.who', 'last.at', 'last_')}
      from unnest($1::text[], $2::text[]) asked(id, bundles)
      left join lateral (select version from ${audit} where plugin_id = asked.id and ${isConsent}
        order by id desc limit 1) consent on true
      left join lateral (select action, who, at from ${audit} where plugin_id = asked.id and (${isConsent} or action = 'revoke')
        order by id desc limit 1) last on true
      left join lateral (select id, action, who, at from ${audit} where plugin_id = asked.id
        and (${isConsent} or action in ('refuse', 'keep')) and bundles @> asked.bundles::jsonb
        and (select count(*) from jsonb_object_keys(bundles) file where file not like '%.map')
          = (select count(*) from jsonb_object_keys(asked.bundles::jsonb))
        order by id desc limit 1) named on true
      left join lateral (select coalesce(act, action) as act, who, at from ${audit} where plugin_id = asked.id
        and named.${isConsent} and id > named.id and (${isConsent} or action = 'revoke') order by id limit 1) followed on true`,
    // A pin is a consent of NousViz 1.0, see `historyRecordOf`. The bytes that go on running are those of the consent before.
    history: `select id::text as cursor, plugin_id, action, act, who, ${iso('at')} as at, via, version, bundles::text as bundles,
        kept::text as kept,
        case when kept is not null then (select version from ${audit} where plugin_id = record.plugin_id and ${isConsent}
          and id < record.id order by id desc limit 1) end as kept_version
      from ${audit} record
      where action in ('trust', 'sandbox', 'pin', 'revoke', 'refuse', 'keep') and ($1::text is null or plugin_id = $1)
        and ($2::text is null or coalesce(act, case action when 'pin' then 'trust' else action end) = $2)
        and ($3::text is null or position(lower($3) in lower(coalesce(who, ''))) > 0) and ($4::bigint is null or id < $4)
      order by id desc limit $5`,
    keptOf: `select sha256 from ${stored} where sha256 = any($1)`,
    storeBytes: `insert into ${stored} as stored (sha256, bytes) values ($1, $2)
      on conflict (sha256) do update set bytes = excluded.bytes where stored.bytes <> excluded.bytes`,
    bytes: `select bytes from ${stored} where sha256 = $1`,
    // A consent holds a weaker lock from its first bytes to its end, so that none is under way.
    lockBytes: `lock table ${stored} in share row exclusive mode`,
    unneeded: `select sha256, length(bytes) as size from ${stored} where not exists (
        select 1 from (
          select bundles from ${consents} union all select bundles from ${sandboxed} union all
          (select distinct on (plugin_id) bundles from ${audit} where bundles is not null and ${isConsent}
            order by plugin_id, id desc)
        ) needed, jsonb_each_text(needed.bundles) file where file.value = sha256)
      order by sha256`,
    removeBytes: `delete from ${stored} where sha256 = any($1)`,
    countBytes: `select count(*)::int as kept from ${stored}`,
  };
}
