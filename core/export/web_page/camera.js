// One camera, politely: says in words what is in the way, offers front and rear or every camera by its name, sees
// nothing while the tab is hidden.

const PROBLEMS = {
  NotAllowedError: 'camera_refused',
  SecurityError: 'camera_refused',
  NotFoundError: 'camera_none',
  OverconstrainedError: 'camera_none',
};
const CALLBACK_WITHIN = 500; // milliseconds for the first video frame callback; then each repaint is looked at

// `started({ mirrored })`, `stopped()`, `failed(problem)`, `frame()` when the video shows another one, and
// `offered(cameras, current)`: { value, facing, label } of each that can be chosen.
export function openCamera(video, { started, stopped, failed, frame, offered }) {
  let stream = null;
  let attempt = 0; // which start counts: a camera that comes after one has left is let go of again
  let callback = 0;
  let doubt = 0;
  let before = 0;
  let callbacks = 'requestVideoFrameCallback' in HTMLVideoElement.prototype;
  let called = false;

  // Waits for the next frame: some browsers tell of a camera's frames, some promise to and never do.
  function watch() {
    rest();
    const next = () => {
      clearTimeout(doubt);
      called ||= callbacks;
      const isNew = callbacks || video.currentTime !== before;
      before = video.currentTime;
      if (!stream) return;
      if (isNew && !document.hidden) frame();
      watch();
    };
    if (!callbacks) {
      callback = requestAnimationFrame(next);
      return;
    }
    callback = video.requestVideoFrameCallback(next);
    if (called) return;
    doubt = setTimeout(() => {
      rest();
      callbacks = document.hidden; // none come to a hidden tab
      watch();
    }, CALLBACK_WITHIN);
  }

  function rest() {
    clearTimeout(doubt);
    if (callbacks) video.cancelVideoFrameCallback(callback);
    else cancelAnimationFrame(callback);
  }

  function stop() {
    attempt += 1;
    const held = stream;
    stream = null;
    for (const track of held?.getTracks() ?? []) {
      track.onended = null;
      track.stop();
    }
    video.srcObject = null;
    if (held) {
      rest();
      stopped();
    }
  }

  function fail(problem) {
    stop();
    failed(problem);
  }

  async function request(which) {
    const size = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 60 } };
    const [kind, value] = which.split(':', 2);
    const wish = kind === 'device' ? { deviceId: { exact: value } } : { facingMode: { ideal: value } };
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...size, ...wish } });
    } catch (error) {
      if (kind !== 'device' || error.name !== 'OverconstrainedError') throw error;
      return request('facing:environment'); // the one that was chosen is no longer there
    }
  }

  // Front and rear where the camera knows which it is, as phones' do; otherwise every camera by its name.
  async function offer(track) {
    const { deviceId, facingMode } = track.getSettings();
    const devices = await navigator.mediaDevices.enumerateDevices();
    const cameras = devices.filter(({ kind }) => kind === 'videoinput');
    if (cameras.length < 2) return offered([], '');
    if (facingMode === 'environment' || facingMode === 'user') {
      const facings = ['environment', 'user'].map((facing) => ({ value: `facing:${facing}`, facing }));
      return offered(facings, `facing:${facingMode}`);
    }
    const names = cameras.map(({ deviceId: id, label }) => ({ value: `device:${id}`, label }));
    return offered(names, `device:${deviceId}`);
  }

  async function start(which = 'facing:environment') {
    if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) return fail('camera_insecure');
    stop();
    const mine = attempt;
    let coming;
    try {
      coming = await request(which);
      if (mine === attempt) {
        stream = coming;
        video.srcObject = stream;
        await video.play();
      }
    } catch (error) {
      if (mine === attempt) fail(PROBLEMS[error.name] ?? 'camera_busy');
      return undefined;
    }
    if (mine !== attempt) {
      for (const track of coming.getTracks()) track.stop();
      return undefined;
    }
    const [track] = stream.getVideoTracks();
    track.onended = () => fail('camera_gone');
    track.enabled = !document.hidden;
    const { facingMode } = track.getSettings();
    started({ mirrored: facingMode !== 'environment' && !/\b(back|rear)\b|후면/i.test(track.label) });
    watch();
    return offer(track);
  }

  document.addEventListener('visibilitychange', () => {
    for (const track of stream?.getTracks() ?? []) track.enabled = !document.hidden;
  });
  navigator.mediaDevices?.addEventListener?.('devicechange', () => {
    if (stream) offer(stream.getVideoTracks()[0]);
  });

  return { start, stop, isOn: () => stream !== null };
}
