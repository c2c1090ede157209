// The way of frames to the model and of its answers back: the live route, a WebSocket beside the page; where a host does
// not let that through, slower, as values of the component.

const OPEN_WITHIN = 2000; // milliseconds for the live route to be ready; then the slower way is taken
const ANSWER_WITHIN = 4000; // milliseconds for an answer; then the connection, or a value of the component, counts as lost
const PATIENCE = 60_000; // the most milliseconds that the slower way waits for an answer
const AGAIN_AFTER = 3000; // milliseconds until a full server is asked again
const HEAT = 1; // bit of a frame's flags
const CODES = { 4401: 'ticket', 4429: 'full', 4404: 'no_model' };

// Frames out, answers in: one at a time. `answered(answer)`, `state(name)`: 'ready', 'slow', 'full', 'no_model'.
function line(fire, answered, state) {
  let socket = null;
  let data = null;
  let open = false; // a camera wants answers
  let slow = false;
  let ready = false;
  let waiting = null; // the frame that is on its way: { number, since }
  let number = Date.now(); // of the last frame: an answer kept from an earlier visit to the page fits none of this one
  let patience = ANSWER_WITHIN; // milliseconds for an answer by the slower way: more where that has been too few
  let kept = null; // the moment that Python has not confirmed: { id, picture }
  let keeping = 0;
  let renewed = false; // a new ticket was asked for, and no connection has come about since
  let timer = 0;
  let watch = 0;

  const hang = () => {
    clearTimeout(timer);
    clearTimeout(watch);
    ready = false;
    waiting = null;
    if (socket) {
      socket.onmessage = socket.onclose = null;
      socket.close();
      socket = null;
    }
  };

  const slower = () => {
    hang();
    slow = true;
    ready = true;
    state('slow');
  };

  const refused = (code) => {
    const why = CODES[code];
    hang();
    if (why === 'ticket' && !renewed) {
      renewed = true;
      timer = setTimeout(slower, ANSWER_WITHIN);
      fire('renew', Date.now());
    } else if (why === 'full') {
      state('full');
      timer = setTimeout(connect, AGAIN_AFTER);
    } else if (why === 'no_model') {
      state(why);
    } else {
      slower();
    }
  };

  const heard = (answer) => {
    clearTimeout(watch);
    waiting = null;
    answered(answer);
  };

  // An answer that comes only after the next frame was sent would be taken for none, over and over, however late it is:
  // so the next frame is given twice the time.
  const lost = () => {
    patience = Math.min(2 * patience, PATIENCE);
    heard({ refused: 'late' });
  };

  // A value that is still in Streamlit's queue when the next one comes is replaced by it: so it is sent until it is
  // confirmed, and no frame in between.
  const pass = (after) => {
    fire('kept', kept);
    keeping = setTimeout(pass, after, Math.min(2 * after, PATIENCE));
  };

  function connect() {
    hang();
    if (slow) return slower();
    let since = Infinity; // when it became ready
    const address = new URL('live', location.href);
    address.search = address.hash = '';
    address.protocol = address.protocol.replace('http', 'ws');
    timer = setTimeout(slower, OPEN_WITHIN);
    try {
      socket = new WebSocket(address);
    } catch {
      return slower();
    }
    socket.onopen = () => socket.send(JSON.stringify({ ticket: data.ticket }));
    // One that was cut begins again, but not one that is cut over and over.
    socket.onclose = ({ code }) => (code < 4000 && performance.now() - since > 1000 ? connect() : refused(code));
    socket.onmessage = (message) => {
      const value = JSON.parse(message.data);
      if (!value.ready) return heard(value);
      clearTimeout(timer);
      since = performance.now();
      ready = true;
      renewed = false;
      return state('ready');
    };
    return undefined;
  }

  return {
    free: () => ready && waiting === null && !(slow && kept),

    // A frame as base64 JPEG.
    send(jpeg, heat) {
      number += 1;
      waiting = { number, since: performance.now() };
      const bytes = `${String.fromCharCode(heat ? HEAT : 0)}${atob(jpeg)}`;
      watch = slow ? setTimeout(lost, patience) : setTimeout(connect, ANSWER_WITHIN);
      if (slow) return fire('frame', { number, frame: btoa(bytes) });
      return socket.send(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
    },

    // Hands a moment, as base64 JPEG, to Python.
    keep(picture) {
      clearTimeout(keeping);
      kept = { id: Date.now(), picture };
      pass(ANSWER_WITHIN);
    },

    update(next) {
      const other = data && next.ticket !== data.ticket;
      data = next;
      if (kept && data.kept === kept.id) {
        clearTimeout(keeping);
        kept = null;
      }
      if (slow && waiting && data.answered?.number === waiting.number) {
        patience = Math.min(Math.max(ANSWER_WITHIN, 2 * (performance.now() - waiting.since)), PATIENCE);
        heard(data.answered);
      }
      if (other && open && !slow) connect();
    },

    start() {
      open = true;
      slow = false;
      connect();
    },

    stop() {
      open = false;
      hang();
    },

    close() {
      this.stop();
      clearTimeout(keeping);
    },
  };
}
