export default function Chart() {
  return 'a chart';
}
