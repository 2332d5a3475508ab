import { rmSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Images, Manifest } from '../../lib';
import { EXPORTED_FROM } from '../inputs/lines';

/**
 * Checks and packs the train and the test subset of a manifest whose images are in a directory.
 *
 * Before that, CDK is loaded and every image file opened, which is done once, however many datasets name the file.
 */
export function prepareSplitSynth([path, directory, outdir, fresh]: readonly string[]): () => { datasets: number } {
  const images = Images.fromDirectory(directory, { rewriteFrom: EXPORTED_FROM });
  const manifest = Manifest.fromFile(path);
  const check = { references: images._references, maxErrorEntries: 0 };
  manifest._check(check);
  Manifest.fromEntries([{ 'source-ref': 's3://pics/1.jpg' }])._check({ references: {}, maxErrorEntries: 0 }).bind(new Stack(new App(), 'Loads'));
  if (fresh === 'fresh') rmSync(outdir, { recursive: true, force: true });
  return () => {
    const stack = new Stack(new App({ outdir }), 'Bench');
    const { train, test } = manifest.split();
    const objects = Object.entries({ train, test }).map(([id, subset]) => subset._check(check).bind(new Construct(stack, id)));
    return { datasets: objects.length };
  };
}
