import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { AssetHashType, Stage } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { checkManifest } from '../../files/manifest-check';
import { manifestFile } from '../../files/manifest-file';
import type { ImageLocation } from '../../manifest';
import { requireAssetSupport } from '../../provider/asset-support';
import type { ManifestObject, ManifestSource } from '../manifest-source';

/**
 * The extension of manifest assets. It lets one unchanging IAM statement allow the handler to read these assets and no others:
 * a statement that named the content would make `cdk deploy` ask for approval of every new manifest.
 */
const EXTENSION = 'manifestgz';

/** A manifest file of this machine. */
export function fileManifest(path: string): ManifestSource {
  return localManifest(path, manifestFile('Manifest.fromFile', path));
}

/** Lines that were made from something else; `name` is how messages name it. */
export function textManifest(name: string, text: string): ManifestSource {
  const bytes = Buffer.from(text);
  return localManifest(name, () => [bytes]);
}

/** The same for lines that come one by one, as often as they are asked for. */
export function linesManifest(name: string, lines: Iterable<string>): ManifestSource {
  return localManifest(name, () => blocksOf(lines));
}

/** Characters of a block of lines. */
const BLOCK = 1024 * 1024;

function* blocksOf(lines: Iterable<string>): Iterable<Buffer> {
  let block = '';
  for (const line of lines) {
    block += `${line}\n`;
    if (block.length < BLOCK) continue;
    yield Buffer.from(block);
    block = '';
  }
  if (block !== '') yield Buffer.from(block);
}

function localManifest(name: string, blocks: () => Iterable<Buffer>): ManifestSource {
  return {
    check: (check) => {
      const { contentHash, reader, ...findings } = checkManifest(name, blocks, check);
      const assetHash = fingerprint(contentHash, check.references.location);
      return { name, ...findings, bind: (scope) => manifestAsset(scope, name, assetHash, (receive) => reader.copy(receive)) };
    },
  };
}

/** What stands for a manifest that could not be made of something else: should it ever be deployed, the handler refuses it. */
export function nothingManifest(scope: Construct, name: string): ManifestObject {
  return manifestAsset(scope, name, fingerprint(''), () => undefined);
}

/** The gzip asset of a manifest; read and compressed only when the cloud assembly does not have it yet. */
function manifestAsset(
  scope: Construct, name: string, assetHash: string, copy: (receive: (bytes: Buffer) => void) => void,
): ManifestObject {
  requireAssetSupport(scope, name, 'or upload the manifest yourself and write Manifest.fromBucket(bucket, key)');
  const options = { assetHash, assetHashType: AssetHashType.CUSTOM };
  const staged = join(Stage.of(scope)!.assetOutdir, `asset.${createHash('sha256').update(assetHash).digest('hex')}.${EXTENSION}`);
  if (existsSync(staged)) return objectOf(new Asset(scope, 'Manifest', { path: staged, ...options }));

  const folder = mkdtempSync(join(tmpdir(), 'cdk-vision-datasets-'));
  const path = join(folder, `dataset.${EXTENSION}`);
  const output = openSync(path, 'w');
  try {
    // One gzip member a block: a valid stream whose making takes constant memory. The fastest level takes a third of the
    // default's time; the result is an eighth of the manifest instead of an eleventh.
    copy((block) => writeFileSync(output, gzipSync(block, { level: constants.Z_BEST_SPEED })));
  } finally {
    closeSync(output);
  }
  const asset = new Asset(scope, 'Manifest', { path, ...options });
  // Without staging (a context key of CDK) the asset is read from here later.
  if (asset.assetPath !== path) rmSync(folder, { recursive: true });
  return objectOf(asset);
}

function objectOf(asset: Asset): ManifestObject {
  return { bucket: asset.bucket, key: asset.s3ObjectKey, readableKeys: `*.${EXTENSION}`, encoding: 'gzip' };
}

/** The asset hash: of the plain content and how references are resolved, because gzip output differs between versions of Node. */
function fingerprint(contentHash: string, location?: ImageLocation): string {
  return JSON.stringify([contentHash, location?.prefix, location?.rewriteFrom]);
}
