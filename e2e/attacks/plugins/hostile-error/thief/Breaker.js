const refuse = (_, key) => {
  // What a promise would answer to: React asks that of everything thrown.
  if (key === 'then') return undefined;
  throw new TypeError('not for you');
};
const traps = {
  get: refuse,
  has: refuse,
  ownKeys: refuse,
  getPrototypeOf: refuse,
  getOwnPropertyDescriptor: refuse,
};

export default function Breaker() {
  // A thrown value that throws at whoever looks at it.
  throw new Proxy({}, traps);
}
