/** The S3 test server as a program: prints its URL when it listens, ends with SIGTERM. */
import { startS3Server } from '../../test/rigs/s3-server';

void startS3Server().then(({ url }) => console.log(`S3 listening on ${url}`));
