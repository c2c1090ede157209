// Runs the model, away from the page, so that the page never waits for it. A classic worker: the runtime's own loader
// is a classic script.
//
// The runtime is LiteRT.js. Each of its files is pinned by version, size and SHA-384, and is checked before it is used,
// wherever it came from. It and the model are kept in the browser, so that a second visit needs no network.

const CDN = 'https://cdn.jsdelivr.net/npm/';
const FILES = {
  core: {
    path: '@litertjs/core@2.5.3/dist/index.js',
    bytes: 53482,
    sha384: 'MapSVJ/DPwvaWpp7q+Bid9O3uY1oB0KOU1QRMP+Mm5zdz5oMme/BUyX6dVAMWnPg',
  },
  utils: {
    path: '@litertjs/wasm-utils@2.5.3/dist/index.js',
    bytes: 1494,
    sha384: 'HIPwlWsctS5BRqrnvJKDVJ8SvqKB0QmiImdr6+hpP7+8UqeMJX/qrBkdfKQV2WZ/',
  },
  loader: {
    path: '@litertjs/core@2.5.3/wasm/litert_wasm_internal.js',
    bytes: 273035,
    sha384: 'NB/Wc4iozynQO5jzJ2VFoMKbqMvwwFGWxJL/o63IJT6W2JfZbsSLxA2cF6H/mLpQ',
  },
  wasm: {
    path: '@litertjs/core@2.5.3/wasm/litert_wasm_internal.wasm',
    bytes: 9367934,
    sha384: 'AZ/Ak4CbDpjqpSr8WsnoL3Dcx6bDFA/k9b/jahok1TGHZ2OqIRjLBMiEmiNedhlC',
  },
  // for browsers without relaxed SIMD
  compatibleLoader: {
    path: '@litertjs/core@2.5.3/wasm/litert_wasm_compat_internal.js',
    bytes: 273246,
    sha384: 'oh4nb8zDq6eVOpGeZE5gwDOJ16QujHLL8k/HEXt3XiPxr+8zn3YnkXP8P3BlJET1',
  },
  compatibleWasm: {
    path: '@litertjs/core@2.5.3/wasm/litert_wasm_compat_internal.wasm',
    bytes: 9334181,
    sha384: 'glAZ6WjS7tLRt89pbTPXvLC1c7DCaVSfL2ngn5gZJiUuPs76fWYJy7ZeFaD0PJXx',
  },
};
const CACHE = 'teachlens-recogniser';
const AT_MOST_EVERY = 80; // milliseconds between two reports of progress

let recognise = null; // (pixels) => { probabilities, similarity }

// --- Download and keep ----------------------------------------------------------------------------------------------

class Problem extends Error {
  constructor(why, file) {
    super(`${why}: ${file}`);
    Object.assign(this, { why, file });
  }
}

// Bytes that have come and bytes in all, told to the page now and then.
const progress = {
  done: 0,
  total: 0,
  told: 0,
  add(done, total = 0) {
    this.done += done;
    this.total += total;
    if (performance.now() - this.told < AT_MOST_EVERY) return;
    this.told = performance.now();
    postMessage({ kind: 'progress', done: this.done, total: Math.max(this.done, this.total) });
  },
};

// Where files are kept; null where the browser keeps none: an insecure page, or some private windows.
const openCache = async () => {
  try {
    return await caches.open(CACHE);
  } catch {
    return null;
  }
};

// The bytes at an address; `size` of them are expected, else what the answer's header says.
async function download(url, name, { size, ...options }) {
  let response;
  try {
    response = await fetch(url, options);
  } catch {
    throw new Problem('network', name);
  }
  if (!response.ok) throw new Problem(response.status === 404 ? 'missing' : 'network', name);
  if (!size) {
    const packed = response.headers.get('content-encoding');
    progress.add(0, packed ? 0 : Number(response.headers.get('content-length')));
  }
  const reader = response.body.getReader();
  const parts = [];
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      progress.add(part.value.length);
    }
  } catch {
    throw new Problem('network', name);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

async function isGenuine(bytes, sha384) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-384', bytes));
  return btoa(String.fromCharCode(...hash)) === sha384;
}

const keep = async (cache, url, bytes) => {
  try {
    await cache.put(url, new Response(bytes));
    return true;
  } catch {
    return false; // no cache, or no room in it: the next visit downloads it again
  }
};

// A file of the runtime. Only secure pages can compute a hash; elsewhere the browser checks it as it loads the file.
async function pinned(cache, { path, bytes: size, sha384 }) {
  const url = CDN + path;
  progress.add(0, size);
  const found = await cache?.match(url);
  if (found) {
    const bytes = new Uint8Array(await found.arrayBuffer());
    if (await isGenuine(bytes, sha384)) {
      progress.add(size);
      return { bytes, kept: true };
    }
  }
  const name = `cdn.jsdelivr.net/npm/${path}`;
  const options = { size, credentials: 'omit', referrerPolicy: 'no-referrer' };
  if (!crypto.subtle) options.integrity = `sha384-${sha384}`;
  const bytes = await download(url, name, options);
  if (crypto.subtle && !(await isGenuine(bytes, sha384))) throw new Problem('changed', name);
  return { bytes, kept: await keep(cache, url, bytes) };
}

// The model: the kept one where it is the one that `made` names; otherwise a new one, and the kept one only where there
// is no network.
async function modelFile(cache, made) {
  const plain = new URL('model.tflite', location.href);
  const url = new URL(plain);
  if (made) url.searchParams.set('made', made);
  const found = await cache?.match(url.href);
  const take = async () => ({ bytes: new Uint8Array(await found.arrayBuffer()), kept: true });
  if (found && made) return take();
  let bytes;
  try {
    bytes = await download(url, 'model.tflite', { cache: 'no-cache' });
  } catch (problem) {
    if (found && problem.why === 'network') return take();
    throw problem;
  }
  const kept = await keep(cache, url.href, bytes);
  for (const { url: old } of (await cache?.keys()) ?? []) {
    if (old !== url.href && old.split('?')[0] === plain.href) await cache.delete(old);
  }
  return { bytes, kept };
}

// --- Start ----------------------------------------------------------------------------------------------------------

const scriptOf = (...parts) => URL.createObjectURL(new Blob(parts, { type: 'text/javascript' }));

async function load({ inputs, made }) {
  const cache = await openCache();
  const [core, utils, model] = await Promise.all([
    pinned(cache, FILES.core),
    pinned(cache, FILES.utils),
    modelFile(cache, made),
  ]);
  const source = new TextDecoder().decode(core.bytes);
  const utilsUrl = JSON.stringify(scriptOf(utils.bytes));
  const litert = await import(scriptOf(source.replace('"@litertjs/wasm-utils"', utilsUrl)));
  const compatible = !(await litert.supportsFeature('relaxedSimd'));
  const [loader, wasm] = await Promise.all([
    pinned(cache, compatible ? FILES.compatibleLoader : FILES.loader),
    pinned(cache, compatible ? FILES.compatibleWasm : FILES.wasm),
  ]);
  postMessage({ kind: 'starting' });
  // The processor runs it, alike everywhere: so no graphics card is woken up.
  Object.defineProperty(navigator, 'gpu', { value: { requestAdapter: async () => null } });
  // What it says of itself is no error.
  self.Module = { wasmBinary: wasm.bytes, printErr: (line) => console.debug(line) };
  await litert.loadLiteRt(`${scriptOf(loader.bytes)}#.js`); // what ends otherwise is taken for a folder
  const { inputsOf } = await import('./prepare.js');
  const compiled = await litert.loadAndCompile(model.bytes, { accelerator: 'wasm' });
  recognise = runner(litert, compiled, inputs, inputsOf);
  return [core, utils, loader, wasm, model].every(({ kept }) => kept);
}

function runner(litert, compiled, inputs, inputsOf) {
  const places = compiled.getInputDetails().map(({ name }, index) => {
    const place = inputs.findIndex((input) => input.name === name);
    return place < 0 ? index : place;
  });
  const names = compiled.getOutputDetails().map(({ name }) => name);
  const similarityAt = names.indexOf('similarity');
  const probabilitiesAt = Math.max(0, names.indexOf('probabilities'));
  return async (pixels) => {
    const values = inputsOf(pixels, inputs);
    const given = places.map((place) => {
      const { size } = inputs[place];
      return new litert.Tensor(values[place], [1, size, size, 3]);
    });
    const outputs = await compiled.run(given);
    const [probabilities, similarity] = await Promise.all([
      outputs[probabilitiesAt].data(),
      outputs[similarityAt]?.data(),
    ]);
    for (const tensor of [...given, ...outputs]) tensor.delete();
    return { probabilities: [...probabilities], similarity: similarity?.[0] ?? null };
  };
}

// --- Messages -------------------------------------------------------------------------------------------------------

const tasks = {
  load: async (message) => ({ kind: 'ready', kept: await load(message) }),
  look: async ({ number, pixels }) => ({
    kind: 'answer',
    number,
    ...(await recognise(new Uint8ClampedArray(pixels))),
  }),
};

onmessage = async ({ data }) => {
  try {
    postMessage(await tasks[data.kind](data));
  } catch (error) {
    console.warn(error);
    postMessage({ kind: 'failed', why: error.why ?? 'broken', file: error.file ?? 'model.tflite', message: `${error}` });
  }
};
