import { isUtf8 } from 'node:buffer';
import { BytePattern } from '../lines/byte-pattern';
import { blank, ByteScanner } from '../lines/byte-scanner';
import type { SourceLine } from '../lines/source-line';
import { isBucketName, MAX_KEY_BYTES, parseS3Uri } from '../lines/source-ref';
import type { ImageLocation } from '../lines/source-ref';
import { IMAGE_CLASSIFICATION, METADATA } from '../rules/json-line';
import type { StatedSize } from '../rules/stated-size';
import { parseClassMap } from './class-map';
import type { ClassMap, MutableLabel } from './class-map';
import type { InspectedLine } from './inspect-line';
import { REKOGNITION_LIMITS } from './limits';
import { OBJECT_DETECTION } from './rules';

const MOST_PAIRS = 8;
/** Well below the line limit, so that a resolved reference cannot lift a line over it. */
const MOST_BYTES = 90_000;
const MOST_CLASS_MAPS = 256;

const [QUOTE, COLON, COMMA, OPEN, CLOSE, LIST_OPEN, LIST_CLOSE] = Buffer.from('":,{}[]');
const pattern = (text: string) => BytePattern.of(Buffer.from(text));
const SOURCE_REF = pattern('source-ref"');
const SERVICE_MEMBER = pattern('"cl-');
const METADATA_END = pattern(METADATA);
const IMAGE_SIZE = pattern('"image_size":');
const ANNOTATIONS = pattern('"annotations":');
const OBJECT_CONFIDENCE = pattern('"confidence":');
const YES = pattern('"yes"');
const NO = pattern('"no"');
const CLASSIFICATION = pattern(JSON.stringify(IMAGE_CLASSIFICATION));
const DETECTION = pattern(JSON.stringify(OBJECT_DETECTION));

/** Members of a box, and of an image size; each begins with another letter. */
const RECORD = ['class_id', 'left', 'top', 'width', 'height', 'depth'].map((name) => pattern(`"${name}":`));
const [LEFT, TOP, WIDTH, HEIGHT] = [1, 2, 3, 4];
const BOX_RECORD = 0b011111;
const SIZE_RECORD = 0b111000;
/** Number of the member by the low bits of its letter. */
const RECORD_BY_LETTER = Int8Array.from({ length: 32 }, (_, letter) => 'cltwhd'.indexOf(String.fromCharCode(0x60 + letter)));

/** Members of metadata. */
const MEMBERS = ['class-name', 'confidence', 'human-annotated', 'creation-date', 'type', 'job-name', 'objects', 'class-map']
  .map((name) => pattern(`"${name}":`));
const [CLASS_NAME, CONFIDENCE, HUMAN, DATE, TYPE, JOB, OBJECTS, CLASS_MAP] = [0, 1, 2, 3, 4, 5, 6, 7];
const CLASSIFICATION_MEMBERS = 0b00011111;
const DETECTION_MEMBERS = 0b11011100;

/** How the last record of a kind was written: what stands before each number, and which member that is. */
class RecordForm {
  members = 0;
  readonly separators = RECORD.map(() => new BytePattern());
  readonly order = new Int8Array(RECORD.length);
}

/**
 * The fast path for ordinary lines: a strict scanner of bytes that accepts a line only when {@link inspectLine} would find nothing,
 * and says nothing of any other line. It makes no findings: it may only accept. What it does not know takes the slow path,
 * {@link inspectLine}.
 *
 * Known are: a plain source-ref at the beginning, then either image-level labels or one attribute with boxes, members in any
 * order, at most one blank behind a comma or colon, no escapes, no members without a rule.
 */
export class LineScanner extends ByteScanner {
  /** What {@link inspectLine} would say of the line that was just accepted. Valid until the next call; it has no `sourceRef`. */
  readonly line: InspectedLine & { labels: readonly MutableLabel[]; bucket: string; imageSizes?: readonly StatedSize[] };

  private readonly bucket = new BytePattern();
  private readonly headLength: number;

  /** Names of the line's members, and the job's, as they were last: mostly they are the same again. */
  private readonly lastNames = Array.from({ length: MOST_PAIRS + 1 }, () => new BytePattern());
  private readonly lastJob = new BytePattern();

  /** Halves of attributes, by position: where the name is, what it is, and the image-level label. */
  private readonly values = Array.from({ length: MOST_PAIRS }, () => ({ start: 0, end: 0, boxes: false }));
  private readonly metadata = Array.from({ length: MOST_PAIRS }, () => ({ start: 0, end: 0, boxes: false, name: '' }));
  private readonly labels: MutableLabel[] = [];
  private readonly boxForm = new RecordForm();
  private readonly sizeForm = new RecordForm();
  /** Members of the image size, in the order of {@link RECORD}. */
  private readonly size = new Int32Array(RECORD.length);
  private readonly statedSizes = [{ attribute: '', width: 0, height: 0 }];
  /** The first five members of {@link RECORD} for each box. */
  private readonly boxes = new Int32Array(5 * REKOGNITION_LIMITS.boxesPerImage);
  private boxCount = 0;
  private objectCount = 0;
  private classMap: ClassMap | undefined;
  private readonly classMaps = new Map<string, ClassMap>();
  private lastClassMap: ClassMap | undefined;

  constructor(private readonly images: ImageLocation | undefined) {
    super(REKOGNITION_LIMITS.labelNameCharacters);
    this.headLength = images === undefined ? 0 : 6 + images.bucket.length + images.prefix.length;
    this.line = { labels: [], bucket: images?.bucket ?? '', labeled: true, findings: [], dropped: false };
  }

  /**
   * Whether the line in `bytes[start, end)` is known valid.
   *
   * @param line its reference was found and, with an image location, can be resolved
   */
  accepts(line: SourceLine): boolean {
    this.begin(line);
    const { bytes, view, start, end } = line;
    if (end - start > MOST_BYTES) return false;
    this.boxCount = 0;
    this.objectCount = 0;
    this.classMap = undefined;
    let i = this.reference(line);
    let values = 0;
    let metadata = 0;
    while (i > 0 && bytes[i] === COMMA) {
      i = blank(bytes, i + 1);
      const name = i + 1;
      const close = this.quotedAsBefore(i, this.lastNames[Math.min(values + metadata, MOST_PAIRS)]) - 1;
      if (close < 0 || bytes[close + 1] !== COLON || SOURCE_REF.matchesAt(view, name) || SERVICE_MEMBER.matchesAt(view, i)) return false;
      i = blank(bytes, close + 2);
      if (close - name > METADATA_END.length && METADATA_END.matchesAt(view, close - METADATA_END.length)) {
        if (metadata === MOST_PAIRS) return false;
        const half = this.metadata[metadata++];
        half.start = name;
        half.end = close - METADATA_END.length;
        i = this.readMetadata(i, half);
      } else {
        if (values === MOST_PAIRS) return false;
        const half = this.values[values++];
        half.start = name;
        half.end = close;
        half.boxes = bytes[i] === OPEN;
        i = half.boxes ? this.readBoxes(i) : this.integerEnd(i);
      }
    }
    return i > 0 && bytes[i] === CLOSE && i + 1 === end && values === metadata && values > 0
      && this.pair(values) && this.label(values) && (this.plainAscii || isUtf8(bytes.subarray(start, end)));
  }

  /** The position behind the reference; 0 for one that needs a closer look. */
  private reference({ bytes, view, refStart, refEnd, isPlainRef }: SourceLine): number {
    const length = refEnd - refStart;
    if (!isPlainRef || (length + this.headLength) * 3 > MAX_KEY_BYTES) return 0;
    const { bucket } = this;
    if (this.images === undefined && (length <= bucket.length || !bucket.matchesAt(view, refStart))) {
      const uri = parseS3Uri(bytes.toString('latin1', refStart, refEnd));
      if (uri === undefined || !isBucketName(uri.bucket)) return 0;
      this.line.bucket = uri.bucket;
      bucket.set(view, refStart, refEnd - uri.key.length);
    }
    return refEnd + 1;
  }

  /** Every value has its metadata of the same kind, and no name is there twice. */
  private pair(count: number): boolean {
    const { bytes, values, metadata } = this;
    for (let k = 0; k < count; k++) {
      const { start, end, boxes } = values[k];
      let found = 0;
      for (let m = 0; m < count; m++) {
        if (same(bytes, start, end, metadata[m].start, metadata[m].end)) found += metadata[m].boxes === boxes ? 1 : 2;
        if (m < k && same(bytes, start, end, values[m].start, values[m].end)) return false;
      }
      if (found !== 1) return false;
    }
    return true;
  }

  /** Checks what the halves say of each other, and gathers the labels. */
  private label(count: number): boolean {
    const { line, labels, metadata } = this;
    line.imageSizes = undefined;
    if (this.classMap !== undefined) {
      if (count !== 1 || this.objectCount < this.boxCount) return false;
      const [stated] = this.statedSizes;
      stated.attribute = this.text(this.values[0].start - 1, this.values[0].end);
      stated.width = this.size[WIDTH];
      stated.height = this.size[HEIGHT];
      line.imageSizes = this.statedSizes;
      line.labels = this.classMap.labels;
      for (const label of this.classMap.labels) label.boxed = false;
      for (let k = 0; k < this.boxCount; k++) {
        const label = this.classMap.byId[this.boxes[5 * k]];
        if (label === undefined) return false;
        label.boxed = true;
      }
      return true;
    }
    let known = 0;
    for (let m = 0; m < count; m++) {
      const { name } = metadata[m];
      let twin = 0;
      while (twin < known && labels[twin].name !== name) twin++;
      if (twin === known) labels[known++] = { name, boxed: false };
    }
    labels.length = known;
    line.labels = labels;
    return true;
  }

  /** `{"image_size":[…],"annotations":[…]}` with everything inside its limits; the position behind it, or 0. */
  private readBoxes(open: number): number {
    const { bytes, view, size } = this;
    if (this.boxCount > 0) return 0;
    let i = open;
    let present = 0;
    do {
      i = blank(bytes, i + 1);
      if (IMAGE_SIZE.matchesAt(view, i) && !(present & 1)) {
        present |= 1;
        i = blank(bytes, i + IMAGE_SIZE.length);
        if (bytes[i] !== LIST_OPEN) return 0;
        i = this.readRecord(i + 1, SIZE_RECORD, this.sizeForm, size, 0);
        if (i === 0 || bytes[i] !== LIST_CLOSE) return 0;
        i += 1;
      } else if (ANNOTATIONS.matchesAt(view, i) && !(present & 2)) {
        present |= 2;
        i = blank(bytes, i + ANNOTATIONS.length);
        if (bytes[i] !== LIST_OPEN) return 0;
        do {
          if (this.boxCount === REKOGNITION_LIMITS.boxesPerImage) return 0;
          i = this.readRecord(blank(bytes, i + 1), BOX_RECORD, this.boxForm, this.boxes, 5 * this.boxCount++);
          if (i === 0) return 0;
        } while (bytes[i] === COMMA);
        if (bytes[i] !== LIST_CLOSE) return 0;
        i += 1;
      } else {
        return 0;
      }
    } while (bytes[i] === COMMA);
    return present === 3 && bytes[i] === CLOSE && this.fit(size[WIDTH], size[HEIGHT]) ? i + 1 : 0;
  }

  private fit(width: number, height: number): boolean {
    const { imageSide: { min, max }, imageAspectRatio, scaledImageSide, boxSide } = REKOGNITION_LIMITS;
    const short = Math.min(width, height);
    const long = Math.max(width, height);
    if (short < min || long > max || long > short * imageAspectRatio) return false;
    const scale = Math.min(1, scaledImageSide / long);
    for (let k = 0; k < 5 * this.boxCount; k += 5) {
      const w = this.boxes[k + WIDTH];
      const h = this.boxes[k + HEIGHT];
      if (this.boxes[k + LEFT] + w > width || this.boxes[k + TOP] + h > height || Math.min(w, h) * scale <= boxSide) return false;
    }
    return true;
  }

  /**
   * An object of small whole numbers with exactly the `required` members of {@link RECORD}, which go to `out` from `at` on; the position
   * behind it, or 0.
   */
  private readRecord(open: number, required: number, form: RecordForm, out: Int32Array, at: number): number {
    const behind = this.readAgain(open, form, out, at);
    if (behind > 0) return behind;
    const { bytes, view } = this;
    form.members = 0;
    if (bytes[open] !== OPEN) return 0;
    let i = open;
    let present = 0;
    let known = 0;
    do {
      const separator = i;
      i = blank(bytes, i + 1);
      if (bytes[i] !== QUOTE) return 0;
      const member = RECORD_BY_LETTER[bytes[i + 1] & 0x1f];
      const name = RECORD[member];
      if (name === undefined || present & (1 << member) || (required & (1 << member)) === 0 || !name.matchesAt(view, i)) return 0;
      present |= 1 << member;
      i = blank(bytes, i + name.length);
      form.separators[known].set(view, separator, i);
      form.order[known++] = member;
      i = this.integerEnd(i);
      out[at + member] = this.integer;
    } while (bytes[i] === COMMA);
    if (present !== required || bytes[i] !== CLOSE) return 0;
    form.members = known;
    return i + 1;
  }

  /** As {@link readRecord}, for one that differs from the last one in its numbers only. */
  private readAgain(open: number, { members, separators, order }: RecordForm, out: Int32Array, at: number): number {
    const { bytes, view } = this;
    let i = open;
    for (let k = 0; k < members; k++) {
      const separator = separators[k];
      if (!separator.matchesAt(view, i)) return 0;
      i = this.integerEnd(i + separator.length);
      if (i === 0) return 0;
      out[at + order[k]] = this.integer;
    }
    return members > 0 && bytes[i] === CLOSE ? i + 1 : 0;
  }

  /** The metadata of one attribute with exactly the members that its type needs; the position behind it, or 0. */
  private readMetadata(open: number, half: { boxes: boolean; name: string }): number {
    const { bytes, view } = this;
    if (bytes[open] !== OPEN) return 0;
    let i = open;
    let present = 0;
    do {
      i = blank(bytes, i + 1);
      const member = memberAt(bytes, i);
      if (member < 0 || present & (1 << member) || !MEMBERS[member].matchesAt(view, i)) return 0;
      present |= 1 << member;
      i = blank(bytes, i + MEMBERS[member].length);
      const value = i;
      switch (member) {
        case CLASS_NAME: i = this.quoted(i); half.name = i > 0 ? this.text(value, i - 1) : ''; break;
        case CONFIDENCE: i = this.confidence(i); break;
        case HUMAN: i = YES.matchesAt(view, i) ? i + YES.length : NO.matchesAt(view, i) ? i + NO.length : 0; break;
        case DATE: i = this.quoted(i); break;
        case TYPE:
          half.boxes = DETECTION.matchesAt(view, i);
          i = half.boxes ? i + DETECTION.length : CLASSIFICATION.matchesAt(view, i) ? i + CLASSIFICATION.length : 0;
          break;
        case JOB: i = this.quotedAsBefore(i, this.lastJob); break;
        case OBJECTS: i = this.readObjects(i); break;
        default: i = this.readClassMap(i);
      }
    } while (i > 0 && bytes[i] === COMMA);
    if (i === 0 || bytes[i] !== CLOSE || (present & ~(1 << JOB)) !== (half.boxes ? DETECTION_MEMBERS : CLASSIFICATION_MEMBERS)) return 0;
    return i + 1;
  }

  /** `[{"confidence":1},…]`; the position behind it, or 0. */
  private readObjects(open: number): number {
    const { bytes, view } = this;
    if (bytes[open] !== LIST_OPEN) return 0;
    let i = open;
    do {
      i = blank(bytes, i + 1);
      if (bytes[i] !== OPEN || !OBJECT_CONFIDENCE.matchesAt(view, i + 1)) return 0;
      i = this.confidence(blank(bytes, i + 1 + OBJECT_CONFIDENCE.length));
      if (i === 0 || bytes[i] !== CLOSE) return 0;
      this.objectCount += 1;
      i += 1;
    } while (bytes[i] === COMMA);
    return bytes[i] === LIST_CLOSE ? i + 1 : 0;
  }

  /** A class map is read once and recognized by its bytes afterwards. */
  private readClassMap(open: number): number {
    const { bytes, view, end, lastClassMap } = this;
    if (this.classMap !== undefined) return 0;
    if (lastClassMap !== undefined && lastClassMap.pattern.matchesAt(view, open)) {
      this.classMap = lastClassMap;
      return open + lastClassMap.pattern.length;
    }
    if (bytes[open] !== OPEN) return 0;
    let i = open;
    let members = 0;
    do {
      i = this.quoted(blank(bytes, i + 1));
      if (i === 0 || bytes[i] !== COLON) return 0;
      i = this.quoted(blank(bytes, i + 1));
      members += 1;
    } while (i > 0 && bytes[i] === COMMA);
    if (i === 0 || bytes[i] !== CLOSE || i >= end) return 0;

    const text = bytes.toString('latin1', open, i + 1);
    const classMap = this.classMaps.get(text) ?? parseClassMap(Buffer.from(bytes.subarray(open, i + 1)), members);
    if (classMap === undefined) return 0;
    if (this.classMaps.size === MOST_CLASS_MAPS) this.classMaps.clear();
    this.classMaps.set(text, classMap);
    this.classMap = this.lastClassMap = classMap;
    return i + 1;
  }
}

/** Which member of metadata a name at `i` can only be. */
function memberAt(bytes: Buffer, i: number): number {
  switch (bytes[i + 1]) {
    case 0x63: // c: cl…n, cl…m, co, cr
      if (bytes[i + 2] === 0x6f) return CONFIDENCE;
      if (bytes[i + 2] === 0x72) return DATE;
      return bytes[i + 7] === 0x6e ? CLASS_NAME : CLASS_MAP;
    case 0x68: return HUMAN;
    case 0x74: return TYPE;
    case 0x6a: return JOB;
    case 0x6f: return OBJECTS;
    default: return -1;
  }
}

function same(bytes: Buffer, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  if (end - start !== otherEnd - otherStart) return false;
  for (let k = 0; k < end - start; k++) if (bytes[start + k] !== bytes[otherStart + k]) return false;
  return true;
}
