import { phrases } from "../phrases";
import { Problem, type Api } from "../server/api";

interface Props {
  server: Api;
  user: string | undefined;
  /** The session has ended, or it could not be told: the page asks again and then sees. */
  onDone: () => void;
}

/** Who is signed in, and the way to end it on this device before the EHR does. */
export function SignOut({ server, user, onDone }: Props) {
  async function press() {
    try {
      await server.signOut();
    } catch (caught) {
      if (!(caught instanceof Problem)) throw caught;
    }
    onDone();
  }
  return (
    <p class="sign-out small">
      {user && <bdi>{user}</bdi>}{" "}
      <button type="button" class="secondary outline" onClick={() => void press()}>
        {phrases.signOut}
      </button>
    </p>
  );
}
