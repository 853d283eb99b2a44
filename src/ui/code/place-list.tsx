import type { code as english } from './texts.ts';
import { Button } from '../parts.tsx';
import type { Place } from './places.ts';

interface PlaceListProps {
  title: string;
  places: readonly Place[];
  text: typeof english;
  onShow: (place: Place) => void;
}

/** Lists the places of findings, each a button that leads there. */
export const PlaceList = ({ title, places, text, onShow }: PlaceListProps) => (
  <ul className="nvz-ui-places" aria-label={title}>
    {places.map((place) => (
      <li key={`${place.name} ${place.from}`}>
        <Button kind="quiet" onPress={() => onShow(place)}>
          <code className="nvz-ui-code-name">{place.name}</code>, {text.line(place.line)}
        </Button>
      </li>
    ))}
  </ul>
);
