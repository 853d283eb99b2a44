globalThis.tried = true;

export default function Extra() {
  return null;
}
