import { Client, Connection } from '@temporalio/client';

/*
 * A minimal program with Temporal's client: it connects, describes one workflow and exits. `status` and `list` are
 * compared with it. Arguments: address, workflow id.
 */

const [address = '', workflowId = ''] = process.argv.slice(2);
const connection = await Connection.connect({ address });
const { status } = await new Client({ connection }).workflow.getHandle(workflowId).describe();
await connection.close();
process.stdout.write(`${status.name}\n`);
