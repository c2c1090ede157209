// From a file, or a frame of the camera, to the square that the model is given, and a small picture to show.

const LARGEST = 4096; // pixels a side: some browsers have no larger canvas; what is larger is made smaller first
const PREVIEW = { side: 960, quality: 0.88 };

const context = (width, height) =>
  Object.assign(document.createElement('canvas'), { width, height }).getContext('2d', { willReadFrequently: true });

let square = null; // the canvas of before, for the frames of a camera are all alike

// The centre square of what can be drawn, on white, as RGBA bytes.
export function squareOf(source, width, height) {
  const cut = Math.min(width, height);
  const side = Math.min(cut, LARGEST);
  if (square?.canvas.width !== side) square = context(side, side);
  square.imageSmoothingQuality = 'high';
  square.fillStyle = '#fff';
  square.fillRect(0, 0, side, side);
  square.drawImage(source, Math.floor((width - cut) / 2), Math.floor((height - cut) / 2), cut, cut, 0, 0, side, side);
  return square.getImageData(0, 0, side, side).data;
}

// By which whole numbers TeachLens divides the sides of a large picture as it reads it, its shorter side no less than
// `shortest`: a JPEG by the decoder, and then by means of squares.
export function reductions(width, height, shortest, isJpeg) {
  const short = Math.min(width, height);
  let scale = 1;
  while (isJpeg && scale < 8 && short >= 2 * scale * shortest) scale *= 2;
  return [scale, Math.max(1, Math.floor(Math.ceil(short / scale) / shortest))].filter((factor) => factor > 1);
}

// RGBA bytes of a picture whose sides are divided by a whole number: the means of squares, rounded.
export function reduced({ pixels, width, height }, factor) {
  const [columns, rows] = [Math.ceil(width / factor), Math.ceil(height / factor)];
  const result = new Uint8ClampedArray(columns * rows * 4);
  for (let row = 0, to = 0; row < rows; row += 1) {
    const bottom = Math.min(height, (row + 1) * factor);
    for (let column = 0; column < columns; column += 1, to += 4) {
      const right = Math.min(width, (column + 1) * factor);
      const sums = [0, 0, 0];
      for (let y = row * factor; y < bottom; y += 1) {
        for (let x = column * factor; x < right; x += 1) {
          const from = (y * width + x) * 4;
          sums[0] += pixels[from];
          sums[1] += pixels[from + 1];
          sums[2] += pixels[from + 2];
        }
      }
      const count = (bottom - row * factor) * (right - column * factor);
      for (let colour = 0; colour < 3; colour += 1) result[to + colour] = Math.floor(sums[colour] / count + 0.5);
      result[to + 3] = 255;
    }
  }
  return { pixels: result, width: columns, height: rows };
}

// The centre square of RGBA bytes.
function centreOf({ pixels, width, height }) {
  const side = Math.min(width, height);
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  const result = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y += 1) {
    const from = ((top + y) * width + left) * 4;
    result.set(pixels.subarray(from, from + side * 4), y * side * 4);
  }
  return result;
}

// What the model is given of a picture in a file: a large one is reduced first, as TeachLens reads it.
function squareOfFile(bitmap, width, height, shortest, isJpeg) {
  const factors = reductions(width, height, shortest, isJpeg);
  if (!factors.length || Math.max(width, height) > LARGEST) return squareOf(bitmap, width, height);
  const whole = context(width, height);
  whole.fillStyle = '#fff';
  whole.fillRect(0, 0, width, height);
  whole.drawImage(bitmap, 0, 0);
  const read = { pixels: whole.getImageData(0, 0, width, height).data, width, height };
  return centreOf(factors.reduce(reduced, read));
}

// A file as { square, width, height, preview }; `preview` is the address of a small copy, and square(shortest), to be
// asked once, what the model is given where `shortest` is the side of its largest input. Rejects what is no picture.
export async function openPicture(file) {
  // As it stands in the file: TeachLens leaves colour profiles alone, too.
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image', colorSpaceConversion: 'none' });
  const { width, height } = bitmap;
  const scale = Math.min(1, PREVIEW.side / Math.max(width, height));
  const small = context(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const { canvas } = small;
  small.fillStyle = '#fff';
  small.fillRect(0, 0, canvas.width, canvas.height);
  small.imageSmoothingQuality = 'high';
  small.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', PREVIEW.quality));
  const square = (shortest) => {
    const pixels = squareOfFile(bitmap, width, height, shortest, file.type === 'image/jpeg');
    bitmap.close();
    return pixels;
  };
  return { square, width, height, preview: URL.createObjectURL(blob) };
}
