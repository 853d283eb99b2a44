globalThis.tried = true;

export default new Proxy(
  {},
  {
    get(_, key) {
      throw new TypeError(`${String(key)} is not for you`);
    },
  },
);
