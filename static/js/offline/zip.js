'use strict';
// A ZIP archive of texts, made where no server is: each file is stored as it is, under a name that
// is marked as UTF-8.

self.Zip = (() => {
  const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
    let value = n;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  const crc32 = (bytes) => ~bytes.reduce((crc, byte) => crcTable[(crc ^ byte) & 255] ^ (crc >>> 8), ~0) >>> 0;

  /** Numbers as the format has them: [value, bytes] pairs, the lowest byte first. */
  const packed = (numbers) => Uint8Array.from(numbers.flatMap(
    ([value, bytes]) => Array.from({ length: bytes }, (_, n) => Math.floor(value / 256 ** n) & 255),
  ));

  /** The archive of `files`, texts by their names. */
  function made(files) {
    const coder = new TextEncoder();
    const [parts, directory] = [[], []];
    let offset = 0;
    for (const [path, text] of Object.entries(files)) {
      const [name, content] = [coder.encode(path), coder.encode(text)];
      // Version 2.0, UTF-8 names, stored; the first day the format knows; checksum and lengths.
      const told = [[20, 2], [0x800, 2], [0, 2], [0, 2], [33, 2], [crc32(content), 4], [content.length, 4], [content.length, 4], [name.length, 2], [0, 2]];
      const head = packed([[0x04034b50, 4], ...told]);
      parts.push(head, name, content);
      directory.push(packed([[0x02014b50, 4], [20, 2], ...told, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]]), name);
      offset += head.length + name.length + content.length;
    }
    const count = directory.length / 2;
    const size = directory.reduce((sum, part) => sum + part.length, 0);
    const end = packed([[0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [offset, 4], [0, 2]]);
    return new Blob([...parts, ...directory, end], { type: 'application/zip' });
  }

  return { made };
})();
