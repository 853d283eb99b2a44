import type { code as english } from './texts.ts';
import { Button } from '../parts.tsx';
import type { Place } from './places.ts';

/** A place in the list. */
interface ListedPlace extends Place {
  isNewName?: boolean;
}

interface PlaceListProps<Shown extends ListedPlace> {
  title: string;
  places: readonly Shown[];
  text: typeof english;
  onShow: (place: Shown) => void;
}

/** Whether a place is the first of its name in its line. */
const isFirst = ({ name, line }: Place, index: number, all: readonly Place[]) =>
  all.findIndex((one) => one.name === name && one.line === line) === index;

/** Lists the places of findings, each a button that leads there. */
export const PlaceList = <Shown extends ListedPlace>({
  title,
  places,
  text,
  onShow,
}: PlaceListProps<Shown>) => (
  <ul className="nvz-ui-places" aria-label={title}>
    {places.filter(isFirst).map((place) => (
      <li key={`${place.name} ${place.from}`}>
        <Button kind="quiet" onPress={() => onShow(place)}>
          <code className="nvz-ui-code-name">{place.name}</code>, {text.line(place.line)}{' '}
          {place.isNewName && <span className="nvz-ui-new-name">{text.newName}</span>}
        </Button>
      </li>
    ))}
  </ul>
);
