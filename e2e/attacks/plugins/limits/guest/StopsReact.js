export default function Guest() {
  // React asks whether it is a promise, and from React 19 on does not expect to be thrown at.
  throw {
    get then() {
      throw new TypeError('not for you');
    },
  };
}
