import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { AssetHashType, Stage } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { describeProblem, LineSplitter, ManifestPass, visible } from '../../manifest';
import type { ImageLocation, ManifestSummary, Problem, Severity, Subset } from '../../manifest';
import { requireAssetSupport } from '../../provider/asset-support';
import { rekognitionImages } from '../../files/image-limits';
import type { CheckedManifest, ManifestObject, ManifestSource, ReferenceCheck } from '../manifest-source';
import { notThere } from '../../files/not-there';
import { PartLines, writtenReference } from '../../files/subset-reader';
import { reading } from '../../files/reading';

const BLOCK_BYTES = 1024 * 1024;
/**
 * The extension of our assets. One of its own, so that the handler may be allowed to read these assets and no others
 * by a permission that stays the same: one that named the content would make `cdk deploy` ask for approval with every
 * new manifest.
 */
const EXTENSION = 'manifestgz';
/** Problems that one error shows, and problems that are kept to choose from; all are counted. */
const SHOWN_PROBLEMS = 50;
const KEPT_PROBLEMS = 1000;

/** A file of this machine, read block by block: its size costs no memory. */
export function fileManifest(path: string): ManifestSource {
  const file = resolve(path);
  const stats = reading('Manifest.fromFile', path, () => statSync(file, { throwIfNoEntry: false }));
  if (!stats) throw notThere('Manifest.fromFile', 'file', path, file);
  if (!stats.isFile()) throw new Error(`Manifest.fromFile: "${visible(path)}" (${visible(file)}) is not a file; name the manifest itself`);
  return new LocalManifest(path, () => fileBlocks(path, file));
}

/** Entries that are written in code, as they are now: later changes to the objects do not count. */
export function entriesManifest(entries: readonly object[]): ManifestSource {
  return textManifest('Manifest.fromEntries', entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}

/** Lines that were made of something else, under the name that messages give it. */
export function textManifest(name: string, text: string): ManifestSource {
  const bytes = Buffer.from(text);
  return new LocalManifest(name, () => [bytes]);
}

class LocalManifest implements ManifestSource {
  constructor(private readonly name: string, private readonly blocks: () => Iterable<Buffer>) {}

  public check(references: ReferenceCheck, maxErrorEntries: number, part?: Subset): CheckedManifest {
    const { location, directory, rules, imageRules = rekognitionImages } = references;
    const lines = new PartLines(this.blocks, part);
    const pass = new ManifestPass({ rules: lines.rules(rules), images: location, maxProblems: KEPT_PROBLEMS });
    for (const block of lines.blocks()) pass.push(block);
    const { contentHash, ...inLines } = pass.end();
    let { counts, problems } = { ...inLines, problems: lines.located(inLines.problems) };
    if (directory && counts.terminal === 0 && counts.errorLines <= maxErrorEntries) {
      ({ counts, problems } = withFiles(counts, problems, lines.located(directory.problems(lines.blocks(), location!, imageRules))));
    }

    const errors = problems.filter((problem) => problem.severity === 'terminal');
    if (errors.some((problem) => problem.code === 'ERROR_EMPTY_MANIFEST')) {
      throw new Error(part
        ? `${visible(this.name)} has no entries for the ${part.name}; add images, ${part.hint}, or give another seed`
        : `${visible(this.name)} has no entries; write Manifest.empty() when the dataset is meant to be empty`);
    }
    const tolerable = counts.errorLines <= maxErrorEntries;
    const count = counts.terminal + (tolerable ? 0 : counts.error);
    if (count > 0) {
      const heavy = tolerable ? errors : errors.concat(problems.filter((problem) => problem.severity === 'error'));
      throw new Error(this.complaint(heavy, count, location));
    }

    return {
      name: this.name,
      warnings: problems.filter((problem) => problem.severity === 'warning'),
      warningCount: counts.warning,
      errorEntries: counts.errorLines,
      bind: (scope) => this.asset(scope, lines, fingerprint(contentHash, location)),
    };
  }

  private complaint(errors: Problem[], count: number, location?: ImageLocation): string {
    const shown = errors.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)).slice(0, SHOWN_PROBLEMS);
    const lines = this.asWritten(shown).map((problem) => `  ${describeProblem(problem, this.name)}`);
    if (count > lines.length) lines.push(`  … and ${count - lines.length} more`);
    if (!location && errors.some((problem) => isRelative(problem.sourceRef))) {
      lines.push('Relative references need to know their bucket: give the dataset images: Images.inBucket(bucket, { prefix }), or Images.fromDirectory(path) to upload the images as well.');
    }
    return `${visible(this.name)} has ${count === 1 ? 'a problem' : `${count} problems`}:\n${lines.join('\n')}`;
  }

  /** Names each reference as the manifest has it: resolved, it would show a bucket that nobody knows yet. */
  private asWritten(problems: readonly Problem[]): Problem[] {
    const written = new Map<number, string>();
    const lines = new Set(problems.map(({ line }) => line));
    const splitter = new LineSplitter((buffer, start, end, line) => {
      if (!lines.has(line)) return;
      const reference = writtenReference(buffer.toString('utf8', start, end));
      if (reference !== undefined) written.set(line, reference);
    });
    for (const block of this.blocks()) splitter.push(block);
    splitter.end();
    return problems.map((problem) => ({ ...problem, sourceRef: written.get(problem.line ?? 0) ?? problem.sourceRef }));
  }

  /** The compressed manifest as an asset; compressed anew only when the cloud assembly lacks it. */
  private asset(scope: Construct, lines: PartLines, assetHash: string): ManifestObject {
    requireAssetSupport(scope, this.name, 'or upload the manifest yourself and write Manifest.fromBucket(bucket, key)');
    const options = { assetHash, assetHashType: AssetHashType.CUSTOM };
    const staged = join(Stage.of(scope)!.assetOutdir, `asset.${createHash('sha256').update(assetHash).digest('hex')}.${EXTENSION}`);
    if (existsSync(staged)) return located(new Asset(scope, 'Manifest', { path: staged, ...options }));

    const folder = mkdtempSync(join(tmpdir(), 'cdk-vision-datasets-'));
    const path = join(folder, `dataset.${EXTENSION}`);
    const output = openSync(path, 'w');
    try {
      // One gzip member a block: a valid stream whose making takes constant memory. The fastest level takes a third of the
      // default's time; the result is an eighth of the manifest instead of an eleventh.
      for (const block of lines.blocks()) writeFileSync(output, gzipSync(block, { level: constants.Z_BEST_SPEED }));
    } finally {
      closeSync(output);
    }
    const asset = new Asset(scope, 'Manifest', { path, ...options });
    // Without staging (a context key of CDK) the asset is read from here later.
    if (asset.assetPath !== path) rmSync(folder, { recursive: true });
    return located(asset);
  }
}

/** Adds what was found in the files to what was found in the lines, without saying anything of a line twice. */
function withFiles(counts: ManifestSummary['counts'], inLines: readonly Problem[], inFiles: readonly Problem[]) {
  const said = new Set(inLines.map(({ line, code }) => `${line} ${code}`));
  const added = inFiles.filter(({ line, code }) => !said.has(`${line} ${code}`));
  const of = (severity: Severity, problems = added) => problems.filter((problem) => problem.severity === severity);
  const errorLines = new Set(of('error', inLines as Problem[]).map(({ line }) => line));
  return {
    problems: inLines.concat(added),
    counts: {
      terminal: counts.terminal + of('terminal').length,
      error: counts.error + of('error').length,
      warning: counts.warning + of('warning').length,
      errorLines: counts.errorLines + new Set(of('error').map(({ line }) => line).filter((line) => !errorLines.has(line))).size,
    },
  };
}

function located(asset: Asset): ManifestObject {
  return { bucket: asset.bucket, key: asset.s3ObjectKey, readableKeys: `*.${EXTENSION}`, encoding: 'gzip' };
}

/** Names the plain content and how its references were read: the bytes of gzip differ between versions of Node. */
function fingerprint(contentHash: string, location?: ImageLocation): string {
  return JSON.stringify([contentHash, location?.prefix, location?.rewriteFrom]);
}

function isRelative(sourceRef?: string): boolean {
  return sourceRef !== undefined && sourceRef !== '' && !sourceRef.startsWith('/') && !sourceRef.includes('://');
}

function* fileBlocks(path: string, file: string): Iterable<Buffer> {
  const input = reading('Manifest.fromFile', path, () => openSync(file, 'r'));
  try {
    for (;;) {
      const block = Buffer.allocUnsafe(BLOCK_BYTES);
      const bytes = readSync(input, block);
      if (bytes === 0) return;
      yield block.subarray(0, bytes);
    }
  } finally {
    closeSync(input);
  }
}
