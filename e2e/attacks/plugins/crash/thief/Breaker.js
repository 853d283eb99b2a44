export default function Breaker() {
  throw new Error('down with the page');
}
