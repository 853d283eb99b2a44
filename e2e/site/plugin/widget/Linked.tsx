import './linked.css';

/** Imports the style sheet of a server. */
export default function Linked() {
  return <p className="linked">Linked</p>;
}
