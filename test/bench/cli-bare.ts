import { Client, Connection } from '@temporalio/client';

/*
 * The least that a program can do with Temporal's client: connect, describe one workflow, leave. What
 * `status` and `list` are measured against. Arguments: address, workflow id.
 */

const [address = '', workflowId = ''] = process.argv.slice(2);
const connection = await Connection.connect({ address });
const { status } = await new Client({ connection }).workflow.getHandle(workflowId).describe();
await connection.close();
process.stdout.write(`${status.name}\n`);
