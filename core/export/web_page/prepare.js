// Makes a network's inputs from a square picture, just as TeachLens does where it teaches and recognises: the mean over
// areas where the picture shrinks, bilinear where it grows, rounded to whole numbers. A canvas would resize otherwise.

// For each pixel of the result: the first pixel that it is made of, and the weights of that one and the next `width`.
function taps(side, size) {
  const scale = side / size;
  const width = Math.min(side, scale > 1 ? Math.ceil(scale) + 1 : 2);
  const first = new Int32Array(size);
  const weights = new Float64Array(size * width);
  for (let to = 0; to < size; to += 1) {
    if (scale > 1) {
      const begin = to * scale;
      const end = begin + scale;
      first[to] = Math.min(Math.floor(begin), side - width);
      for (let k = 0; k < width; k += 1) {
        const from = first[to] + k;
        weights[to * width + k] = Math.max(0, Math.min(from + 1, end) - Math.max(from, begin)) / scale;
      }
    } else {
      const centre = Math.min(Math.max((to + 0.5) * scale - 0.5, 0), side - 1);
      first[to] = Math.min(Math.floor(centre), side - width);
      if (width === 1) weights[to] = 1;
      else weights.set([1 - centre + first[to], centre - first[to]], to * width);
    }
  }
  return { first, weights, width };
}

// RGBA bytes (side * side * 4) as RGBA bytes (size * size * 4); both are Uint8ClampedArray, which round by themselves.
export function resized(pixels, side, size) {
  if (side === size) return pixels;
  const { first, weights, width } = taps(side, size);
  const rows = new Float32Array(side * size * 3); // as wide as the result, as high as the picture
  for (let y = 0, to = 0; y < side; y += 1) {
    for (let x = 0; x < size; x += 1, to += 3) {
      let from = (y * side + first[x]) * 4;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let k = x * width; k < (x + 1) * width; k += 1, from += 4) {
        const weight = weights[k];
        red += weight * pixels[from];
        green += weight * pixels[from + 1];
        blue += weight * pixels[from + 2];
      }
      rows[to] = red;
      rows[to + 1] = green;
      rows[to + 2] = blue;
    }
  }
  const result = new Uint8ClampedArray(size * size * 4);
  const line = new Float32Array(size * 3);
  for (let y = 0, to = 0; y < size; y += 1) {
    line.fill(0);
    for (let k = 0; k < width; k += 1) {
      const weight = weights[y * width + k];
      const start = (first[y] + k) * size * 3;
      for (let x = 0; x < line.length; x += 1) line[x] += weight * rows[start + x];
    }
    for (let x = 0; x < line.length; x += 3, to += 4) {
      result[to] = line[x];
      result[to + 1] = line[x + 1];
      result[to + 2] = line[x + 2];
      result[to + 3] = 255;
    }
  }
  return result;
}

// What the network takes: float32 RGB from 0 to 255, row by row.
function floats(pixels) {
  const values = new Float32Array((pixels.length / 4) * 3);
  for (let from = 0, to = 0; from < pixels.length; from += 4, to += 3) {
    values[to] = pixels[from];
    values[to + 1] = pixels[from + 1];
    values[to + 2] = pixels[from + 2];
  }
  return values;
}

// The values of all inputs, in their order; one that is made "from" another takes that one's pixels, not the picture's.
export function inputsOf(pixels, inputs) {
  const made = [];
  for (const { size, from } of inputs) {
    const source = from === null || from === undefined ? pixels : made[from];
    made.push(resized(source, Math.sqrt(source.length / 4), size));
  }
  return made.map(floats);
}
