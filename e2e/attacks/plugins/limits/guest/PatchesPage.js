const { set } = Headers.prototype;

// What the host itself calls is the page's, and so is everybody's.
Headers.prototype.set = function (name, value) {
  if (name.toLowerCase() === 'x-session-token') globalThis.loot = [value];
  return set.call(this, name, value);
};

export default function Guest() {
  return 'a guest';
}
