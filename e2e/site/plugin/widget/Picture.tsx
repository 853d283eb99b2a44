import dot from './dot.svg';
import './picture.css';

/** Has an inlined image in an element and in a style sheet. */
export default function Picture() {
  return (
    <p className="picture">
      <img src={dot} alt="Dot" />
    </p>
  );
}
