// Packs a folder that was chosen or dropped as a zip (stored, not compressed: pictures do not shrink) and hands it to
// Streamlit's uploader as if a person had chosen that zip. The files are read one at a time, for their checksums; the
// zip itself is made of references to them, so that no folder is held in memory.

const TABLE = new Uint32Array(256).map((_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});

const crc32 = (bytes) => {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
};

// The 26 bytes that the header before a file and its line in the directory share (PKWARE APPNOTE 6.3, 4.3.7 and 4.3.12):
// version 2.0, names in UTF-8, stored, the first of January 1980.
const described = (name, crc, size) => {
  const view = new DataView(new ArrayBuffer(26));
  view.setUint16(0, 20, true);
  view.setUint16(2, 0x800, true);
  view.setUint16(8, 0x21, true);
  view.setUint32(10, crc, true);
  view.setUint32(14, size, true);
  view.setUint32(18, size, true);
  view.setUint16(22, name.length, true);
  return view.buffer;
};

async function pack(files, told) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [number, { path, file }] of files.entries()) {
    told(number, files.length);
    const name = new TextEncoder().encode(path);
    const header = described(name, crc32(new Uint8Array(await file.arrayBuffer())), file.size);
    parts.push(new Uint8Array([0x50, 0x4b, 3, 4]), header, name, file);
    const rest = new DataView(new ArrayBuffer(14));
    rest.setUint32(10, offset, true);
    directory.push(new Uint8Array([0x50, 0x4b, 1, 2, 20, 0]), header, rest.buffer, name);
    offset += 30 + name.length + file.size;
  }
  const size = directory.reduce((sum, part) => sum + part.byteLength, 0);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, files.length, true);
  end.setUint16(10, files.length, true);
  end.setUint32(12, size, true);
  end.setUint32(16, offset, true);
  return [...parts, ...directory, end.buffer];
}

const ZONE = '[data-testid="stFileUploaderDropzone"]';
const hidden = (path) => path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');

// Everything below what was dropped; a folder's reader brings its entries a hundred at a time.
async function below(entry, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.push({ path: entry.fullPath.replace(/^\//, ''), file });
  } else {
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!some.length) break;
      for (const one of some) await below(one, found);
    }
  }
  return found;
}

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector('.tl-folder');
  const input = () => document.querySelector(`${data.uploader} input[type="file"]`);
  const chosen = Object.assign(document.createElement('input'), { type: 'file', webkitdirectory: true });
  root.innerHTML = `
    <button type="button"><span class="tl-symbol" aria-hidden="true">drive_folder_upload</span><span></span></button>
    <p class="tl-note" role="status"></p>`;
  const [button, said] = root.children;
  button.lastElementChild.textContent = data.choose;
  // Phones have no folders to choose.
  root.hidden = !('webkitdirectory' in chosen) || matchMedia('(hover: none) and (pointer: coarse)').matches;
  // iPhones turn their HEIC pictures into JPEG where only that is asked for.
  if (/iPhone|iPad/.test(navigator.userAgent)) {
    input()?.setAttribute('accept', 'image/jpeg,image/png,image/webp,image/gif,.zip,.csv');
  }

  const say = (words) => {
    said.textContent = words;
  };

  const hand = (files) => {
    const target = input();
    target.files = files;
    target.dispatchEvent(new Event('change', { bubbles: true }));
  };

  const take = async (files) => {
    const kept = files.filter(({ path }) => !hidden(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
    const bytes = kept.reduce((sum, { file }) => sum + file.size, 0);
    if (!kept.length) return say(data.empty);
    if (bytes > data.bytes || kept.length > data.files) return say(data.large);
    button.disabled = true;
    try {
      const parts = await pack(kept, (done, total) => {
        if (done % 20 === 0) say(data.packing.replace('{done}', done).replace('{total}', total));
      });
      const tops = new Set(kept.map(({ path }) => path.split('/')[0]));
      const name = tops.size === 1 && kept[0].path.includes('/') ? [...tops][0] : data.name;
      const carried = new DataTransfer();
      carried.items.add(new File(parts, `${name}.zip`, { type: 'application/zip' }));
      hand(carried.files);
      say('');
    } finally {
      button.disabled = false;
    }
  };

  button.onclick = () => chosen.click();
  chosen.onchange = () => {
    const files = [...chosen.files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
    chosen.value = '';
    if (files.length) take(files);
  };

  // Our button stands within the place where files are dropped, so what is dropped on it is meant for that.
  const zoneOf = (target) =>
    root.contains(target)
      ? document.querySelector(`${data.uploader} ${ZONE}`)
      : target.closest?.(`${data.uploader} ${ZONE}`);
  root.ondragover = (event) => event.preventDefault();
  const dropped = (event) => {
    const zone = zoneOf(event.target);
    const entries = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const folders = entries.some((entry) => entry.isDirectory);
    if (!zone || !(folders || root.contains(event.target))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    zone.dispatchEvent(new DragEvent('dragleave', { bubbles: true }));
    if (folders) Promise.all(entries.map((entry) => below(entry, []))).then((found) => take(found.flat()));
    else hand(event.dataTransfer.files);
  };
  document.addEventListener('drop', dropped, true);
  return () => document.removeEventListener('drop', dropped, true);
}
