// The way of frames to the model and of its answers back: the live route, a WebSocket beside the page; where a host does
// not let that through, slower, as values of the component.

const OPEN_WITHIN = 2000; // milliseconds for the live route to be ready; then the slower way is taken
const ANSWER_WITHIN = 4000; // milliseconds for an answer; then the connection counts as lost
const AGAIN_AFTER = 3000; // milliseconds until a full server is asked again
const HEAT = 1; // bit of a frame's flags
const CODES = { 4401: 'ticket', 4429: 'full', 4404: 'no_model' };

// Frames out, answers in: one at a time. `told(answer)`, `state(name)`: 'ready', 'slow', 'full', 'no_model'.
function line(fire, told, state) {
  let socket = null;
  let data = null;
  let open = false; // a camera wants answers
  let slow = false;
  let ready = false;
  let waiting = null; // the frame that is on its way: { turn, since }
  let turn = 0;
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
    told(answer);
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
      const said = JSON.parse(message.data);
      if (!said.ready) return heard(said);
      clearTimeout(timer);
      since = performance.now();
      ready = true;
      renewed = false;
      return state('ready');
    };
    return undefined;
  }

  return {
    free: () => ready && waiting === null,

    // A frame as base64 JPEG.
    send(jpeg, heat) {
      turn += 1;
      waiting = { turn };
      const bytes = `${String.fromCharCode(heat ? HEAT : 0)}${atob(jpeg)}`;
      watch = setTimeout(slow ? () => heard({ refused: 'late' }) : connect, ANSWER_WITHIN);
      if (slow) return fire('frame', { turn, frame: btoa(bytes) });
      return socket.send(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
    },

    update(next) {
      const other = data && next.ticket !== data.ticket;
      data = next;
      if (slow && waiting && data.answered?.turn === waiting.turn) heard(data.answered);
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
  };
}
