import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCloud } from '../../../local/cloud/cloud';
import type { Cloud } from '../../../local/cloud/cloud';

/** One answer to the question whether a caller may. */
export interface Decision {
  /** The role with the name of the session: a function's, or one that the test made. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
  /** Numbers of the role's statements that allow it. */
  readonly statements: readonly number[];
}

/** A statement that was in force on a role. */
export interface Statement {
  readonly role: string;
  readonly statement: number;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: object;
}

/** A local cloud in which every call is held to the policies of its caller. */
export function startAuthorizedCloud(): Promise<Cloud> {
  return startCloud({ launcher: join(__dirname, 'authorized_launcher.py') });
}

/** Where that cloud's vision services are for a caller that shall be held to its policies. */
export function visionEndpoint(cloud: Cloud): string {
  return readFileSync(join(cloud.runFolder, 'vision-endpoint'), 'utf8');
}

/** Has the vision services read images in these buckets, with the permissions of the caller, when a dataset is filled. */
export async function readImagesIn(cloud: Cloud, buckets: readonly string[]): Promise<void> {
  await fetch(`${visionEndpoint(cloud)}/_authorizer/image-buckets`, { method: 'POST', body: JSON.stringify(buckets) });
}

/** Everything decided until now, and every statement seen in force. */
export function decisionsOf(cloud: Cloud): { decisions: Decision[]; statements: Statement[] } {
  const lines: (Decision | Statement)[] = readFileSync(join(cloud.runFolder, 'decisions.jsonl'), 'utf8').split('\n').filter(Boolean)
    .map((line) => JSON.parse(line));
  return {
    decisions: lines.filter((line): line is Decision => 'principal' in line),
    statements: lines.filter((line): line is Statement => 'role' in line),
  };
}

/** Credentials of a role, as a caller who was handed them would have. */
export async function assumeRole({ endpoint }: Cloud, roleArn: string, session: string) {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0' },
    body: new URLSearchParams({ Action: 'AssumeRole', Version: '2011-06-15', RoleArn: roleArn, RoleSessionName: session }),
  });
  const xml = await answer.text();
  const text = (name: string): string => new RegExp(`<${name}>([^<]+)`).exec(xml)?.[1] ?? fail(xml);
  return { accessKeyId: text('AccessKeyId'), secretAccessKey: text('SecretAccessKey'), sessionToken: text('SessionToken') };
}

function fail(answer: string): never {
  throw new Error(`AssumeRole: ${answer}`);
}
