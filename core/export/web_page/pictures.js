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

// A file as { pixels, width, height, preview }; `preview` is the address of a small copy. Rejects what is no picture.
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
  const pixels = squareOf(bitmap, width, height);
  bitmap.close();
  return { pixels, width, height, preview: URL.createObjectURL(blob) };
}
