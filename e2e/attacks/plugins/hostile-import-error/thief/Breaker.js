const refuse = () => {
  throw new TypeError('not for you');
};
globalThis.tried = true;
// A thrown value that throws at whoever looks at it.
throw new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse });
