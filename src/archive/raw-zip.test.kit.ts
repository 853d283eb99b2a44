import { crc32, deflateRawSync } from 'node:zlib';

/** One file of a zip, and the lies that its headers tell. */
export interface RawFile {
  name: string | Buffer;
  content?: string | Buffer;
  /** The name in the header before the content. @default `name` */
  localName?: string;
  /** The size that the headers state. @default the real one */
  size?: number;
  /** 0 is stored, 8 deflated. @default 0 */
  method?: number;
  /** The general flags; bit 11 says that the name is UTF-8. @default 0x800 */
  flags?: number;
  /** The Unix mode. @default a regular file */
  mode?: number;
}

/** Writes a zip byte by byte, also one that no tool would write. */
export function rawZip(files: readonly RawFile[], { count = files.length, comment = '' } = {}): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const { name, content = '', localName, method = 0, flags = 0x800, mode = 0o100644 } = file;
    const data = Buffer.from(content);
    const stored = method === 8 ? deflateRawSync(data) : data;
    const size = file.size ?? data.length;
    const common = (path: Buffer) => {
      const header = Buffer.alloc(26);
      header.writeUInt16LE(20, 0);
      header.writeUInt16LE(flags, 2);
      header.writeUInt16LE(method, 4);
      header.writeUInt16LE(0x21, 8);
      header.writeUInt32LE(crc32(data), 10);
      header.writeUInt32LE(stored.length, 14);
      header.writeUInt32LE(size, 18);
      header.writeUInt16LE(path.length, 22);
      return header;
    };
    const local = Buffer.from(localName ?? name);
    const path = Buffer.from(name);
    const body = Buffer.concat([Buffer.from('PK\u0003\u0004'), common(local), local, stored]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    const made = Buffer.from([20, 3]);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), made, common(path), tail, path]));
    bodies.push(body);
    offset += body.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([...bodies, central, Buffer.from('PK\u0005\u0006'), end, Buffer.from(comment)]);
}
