import { setTimeout as sleep } from 'node:timers/promises';

/** CloudFormation's own interface (the Query API), for templates that no CDK app would make and events the CLI hides. */
export class CloudFormation {
  constructor(private readonly endpoint: string) {}

  /** Creates or updates a stack and waits for its end; returns the last status. */
  public async deploy(stack: string, resources: object, outputs: object = {}): Promise<string> {
    const exists = (await this.status(stack)) !== undefined;
    const template = JSON.stringify({ Resources: resources, Outputs: outputs });
    await this.call(exists ? 'UpdateStack' : 'CreateStack', { 'StackName': stack, 'TemplateBody': template, 'Capabilities.member.1': 'CAPABILITY_IAM' });
    return this.wait(stack);
  }

  /** Deletes a stack and waits for its end; returns the last status. */
  public async destroy(stack: string): Promise<string> {
    await this.call('DeleteStack', { StackName: stack });
    return this.wait(stack);
  }

  /** Events of a stack, oldest first, as `<logical id> <status> <reason>`. */
  public async events(stack: string): Promise<string[]> {
    const xml = await this.call('DescribeStackEvents', { StackName: stack });
    return [...xml.matchAll(/<member>([^]*?)<\/member>/g)]
      .map(([, event]) => ['LogicalResourceId', 'ResourceStatus', 'ResourceStatusReason'].map((name) => textOf(event, name)).join(' ').trim())
      .reverse();
  }

  public async output(stack: string, key: string): Promise<string> {
    const xml = await this.call('DescribeStacks', { StackName: stack });
    const output = [...xml.matchAll(/<member>([^]*?)<\/member>/g)].map(([, member]) => member).find((member) => member.includes(`<OutputKey>${key}<`));
    return textOf(output ?? '', 'OutputValue');
  }

  /** Fails what waits for this handle, a WaitConditionHandle of the stack. */
  public async fail(stack: string, handle: string): Promise<void> {
    const xml = await this.call('DescribeStackResource', { StackName: stack, LogicalResourceId: handle });
    // Bytes, because a Content-Type is refused.
    const body = Buffer.from(JSON.stringify({ Status: 'FAILURE', Reason: 'on purpose', UniqueId: 'test', Data: '' }));
    const { ok, status } = await fetch(textOf(xml, 'PhysicalResourceId'), { method: 'PUT', body });
    if (!ok) throw new Error(`the signal to ${handle} was answered with ${status}`);
  }

  private async wait(stack: string): Promise<string> {
    for (;;) {
      const status = await this.status(stack) ?? 'DELETE_COMPLETE';
      if (!status.endsWith('_IN_PROGRESS')) return status;
      await sleep(50);
    }
  }

  private async status(stack: string): Promise<string | undefined> {
    const xml = await this.call('DescribeStacks', { StackName: stack }).catch(() => '');
    return textOf(xml, 'StackStatus') || undefined;
  }

  private async call(action: string, parameters: Record<string, string>): Promise<string> {
    const answer = await fetch(this.endpoint, {
      method: 'POST',
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/cloudformation/aws4_request, SignedHeaders=host, Signature=0' },
      body: new URLSearchParams({ Action: action, Version: '2010-05-15', ...parameters }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${action}: ${text}`);
    return text;
  }
}

/** Text of an XML element that holds nothing but text. */
function textOf(xml: string, element: string): string {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1] ?? '';
}
