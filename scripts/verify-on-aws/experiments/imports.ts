import { ASSUMPTIONS } from '../assumptions';
import type { Experiment } from '../experiment';
import { boxLine, plainLine } from '../lines';

const IMAGES = 10;

export const manifestMissing: Experiment = {
  question: ASSUMPTIONS['manifest-missing'].question,
  assumption: ASSUMPTIONS['manifest-missing'],
  async measure(lab) {
    // The bucket is there, the object is not.
    await lab.manifestOf([plainLine(lab.bucket, 'images/a.jpg')]);
    const project = await lab.project();
    const source = { GroundTruthManifest: { S3Object: { Bucket: lab.bucket, Name: 'no-such.manifest' } } };
    try {
      const { Status: status, StatusMessage: message } = await lab.ended(await lab.create(project, source));
      return { measured: `it is accepted, then ${status}: ${message}`, agrees: false };
    } catch (error) {
      if (!('$metadata' in (error as object))) throw error;
      const { name, message } = error as Error;
      return { measured: `${name}: ${message}`, agrees: name === 'InvalidS3ObjectException' };
    }
  },
};

export const imagesRead: Experiment = {
  question: ASSUMPTIONS['images-read'].question,
  assumption: ASSUMPTIONS['images-read'],
  async measure(lab) {
    const lines = Array.from({ length: IMAGES }, (_, i) => boxLine(lab.bucket, i));
    const arn = await lab.create(await lab.project(), await lab.manifestOf(lines));
    const { Status: status, StatusMessage: message, DatasetStats: stats } = await lab.ended(arn);
    const { TotalEntries: total, ErrorEntries: errors } = stats!;
    const agrees = status === 'CREATE_COMPLETE' && total === IMAGES && errors === 0;
    return {
      measured: `of ${IMAGES} lines without images: ${status}, ${total} entries, ${errors} with errors${agrees ? '' : `: ${message}`}`,
      agrees,
      figures: { status, stats },
    };
  },
};

export const fractions: Experiment = {
  question: ASSUMPTIONS.fractions.question,
  assumption: ASSUMPTIONS.fractions,
  async measure(lab) {
    const line = boxLine(lab.bucket, 0).replace('"left":100', '"left":100.5').replace('"width":300', '"width":299.75');
    const arn = await lab.dataset([line, boxLine(lab.bucket, 1)]);
    const { DatasetStats: stats } = await lab.ended(arn);
    const { TotalEntries: total, ErrorEntries: errors } = stats!;
    return {
      measured: `of a line with fractions and one without: ${total} entries, ${errors} with errors`,
      agrees: total === 2 && errors === 0,
      figures: { stats },
    };
  },
};
