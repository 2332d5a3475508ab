import { RemovalPolicy, Token, Tokenization } from 'aws-cdk-lib';
import type { Resource, CustomResource } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Images } from '../inputs/images';
import { addFindings } from '../inputs/synth-warnings';
import type { ImageRules, ServiceRules } from '../manifest';
import { DatasetProvider } from '../provider/dataset-provider';
import { WIRE_VERSION } from '../provider/wire';
import type { DatasetResourceProperties } from '../provider/wire';
import type { DatasetBaseProps } from './dataset-base-props';
import { claimSlot } from './dataset-slot';
import type { IDatasetProject } from './dataset-slot';
import { manifestStatements } from './manifest-permissions';
import type { Entries } from './manifest-permissions';
import { rejectSnapshotPolicy, warnIfNotRetained } from './removal-policy';

/** Properties of the custom resource of a dataset: those of the user, and those of the service. */
export interface DatasetResourceOptions extends DatasetBaseProps {
  readonly project: IDatasetProject;
  readonly datasetType: DatasetResourceProperties['DatasetType'];
  readonly initialLoad?: DatasetResourceProperties['InitialLoad'];
  readonly maxErrorEntries?: number;

  readonly resourceType: string;
  readonly rules: ServiceRules;
  readonly imageRules: ImageRules;
  /** The permissions of the handler on this dataset. */
  readonly statements: PolicyStatement[];
  readonly tags?: any;
}

/** Checks everything, then creates the custom resource of a dataset, as the child `Resource` of its construct. */
export function createDatasetResource(dataset: Resource, options: DatasetResourceOptions): CustomResource {
  const { project, datasetType, images = Images.asIs(), maxErrorEntries = 0, removalPolicy = RemovalPolicy.DESTROY } = options;
  claimSlot(dataset, project, datasetType);
  checkMaxErrorEntries(dataset, maxErrorEntries);
  const checked = checkManifest(dataset, options, images, maxErrorEntries);
  addFindings(dataset, checked);

  const provider = options.provider ?? DatasetProvider.of(dataset);
  const manifest = checked.bind(dataset);
  const { properties: imagesProperties, statements: imageStatements, dependencies } = images._bind(dataset);
  const resource = provider._createResource(dataset, {
    resourceType: options.resourceType,
    removalPolicy,
    properties: {
      WireVersion: WIRE_VERSION,
      ProjectArn: project.projectArn,
      DatasetType: datasetType,
      ...manifestProperties(manifest),
      Images: imagesProperties,
      RemovedEntries: options.removedEntries ?? 'RECREATE',
      ExternalChanges: options.externalChanges ?? 'OVERWRITE',
      InitialLoad: options.initialLoad ?? 'MANIFEST',
      AdoptExisting: options.adoptExisting ? 'true' : 'false',
      MaxErrorEntries: Tokenization.stringifyNumber(maxErrorEntries),
      Tags: options.tags,
    } satisfies DatasetResourceProperties,
    permissions: {
      slot: [project.projectArn, project.projectName, datasetType],
      statements: options.statements,
      sources: [manifestStatements(manifest), imageStatements],
    },
  });
  resource.node.addDependency(...dependencies);
  dataset.node.defaultChild = resource.node.defaultChild;
  rejectSnapshotPolicy(dataset, 'dataset');
  warnIfNotRetained(dataset, project, images);
  return resource;
}

/** A numeric attribute that the handler returns. */
export function numberAttribute(resource: CustomResource, name: string): number {
  return Token.asNumber(resource.getAtt(name));
}

function checkMaxErrorEntries({ node }: Resource, maxErrorEntries: number): void {
  if (!Token.isUnresolved(maxErrorEntries) && !(Number.isInteger(maxErrorEntries) && maxErrorEntries >= 0)) {
    throw new Error(`${node.path}: maxErrorEntries is ${typeof maxErrorEntries === 'number' ? maxErrorEntries : JSON.stringify(maxErrorEntries)}, but must be an integer, 0 or more`);
  }
}

function checkManifest({ node }: Resource, options: DatasetResourceOptions, images: Images, maxErrorEntries: number) {
  const { manifest, rules, imageRules } = options;
  try {
    return manifest._check({
      references: { ...images._references, rules, imageRules },
      maxErrorEntries: Token.isUnresolved(maxErrorEntries) ? Infinity : maxErrorEntries,
    });
  } catch (error) {
    (error as Error).message = `${node.path}: ${(error as Error).message}`;
    throw error;
  }
}

/** The properties that tell the handler where the entries are. */
function manifestProperties(entries: Entries): Pick<DatasetResourceProperties, 'Manifest' | 'Folders'> {
  if (!entries) return {};
  const Bucket = entries.bucket.bucketName;
  if ('key' in entries) return { Manifest: { Bucket, Key: entries.key, Version: entries.version, Encoding: entries.encoding } };
  const { prefix, labels, revision } = entries;
  return { Folders: { Bucket, Prefix: prefix, LabelAttribute: labels.attribute, CreationDate: labels.creationDate, Revision: revision } };
}
