// The worker that runs the model, as promises.

// Loads all that is needed. `progress(done, total)` is told of bytes, and `starting()` once all are there. Rejects with
// { why, file }: 'network', 'missing', 'changed', 'broken', 'unsupported'.
export function openRecogniser(model, { progress, starting }) {
  const worker = new Worker('worker.js');
  const waiting = new Map(); // number of a picture: its promise
  let number = 0;

  return new Promise((resolve, reject) => {
    const fail = (problem) => {
      worker.terminate();
      reject(problem);
      for (const one of waiting.values()) one.reject(problem);
    };
    const recogniser = {
      kept: false, // whether the next visit needs no network

      // The answer to a square picture, RGBA bytes, which are handed over.
      look(pixels) {
        number += 1;
        worker.postMessage({ kind: 'look', number, pixels: pixels.buffer }, [pixels.buffer]);
        return new Promise((done, failed) => waiting.set(number, { resolve: done, reject: failed }));
      },
    };
    const heard = {
      progress: ({ done, total }) => progress(done, total),
      starting,
      ready: ({ kept }) => resolve(Object.assign(recogniser, { kept })),
      answer: ({ number: which, ...answer }) => {
        waiting.get(which).resolve(answer);
        waiting.delete(which);
      },
      failed: fail,
    };
    worker.onmessage = ({ data }) => heard[data.kind](data);
    worker.onerror = () => fail({ why: 'missing', file: 'worker.js' });
    if (typeof WebAssembly === 'undefined') fail({ why: 'unsupported', file: '' });
    else worker.postMessage({ kind: 'load', inputs: model.inputs, made: model.made ?? '' });
  });
}
