import { phrases } from "../phrases";
import { Time } from "./time";

/** When the EHR was last read. */
export function ReadAt({ at }: { at: string | undefined }) {
  return (
    <p class="small">
      {at ? (
        <>
          {phrases.readAt} <Time at={at} />
        </>
      ) : (
        phrases.neverRead
      )}
    </p>
  );
}
