import { exactTime, localDateTime, pageLocale } from "../model/time";
import { phrases } from "../phrases";
import { ReadAt } from "./read_at";

interface Props {
  unit: string;
  readAt: string | undefined;
}

/** Which ward, and how old the list is. On paper also when it was printed. */
export function WardHeader({ unit, readAt }: Props) {
  return (
    <header class="ward-header">
      <h1>
        <span class="overline">{phrases.wardTitle}</span> <bdi>{unit}</bdi>
      </h1>
      <div class="screen-only">
        <ReadAt at={readAt} />
      </div>
      <p class="print-only small">
        {readAt && (
          <>
            {phrases.readAt} {exactTime(readAt, pageLocale())}.{" "}
          </>
        )}
        {phrases.printed(exactTime(localDateTime(new Date()), pageLocale()))}
      </p>
    </header>
  );
}
