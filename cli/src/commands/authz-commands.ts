// `cordon node authz ...`: what hospital IT does with the node's OpenFGA server; the node itself may run or not.

import { checkAuthorization, type NodeConfig, syncAuthorization } from '@cordon/node';
import { readNodeConfig } from './node-commands.ts';

/** Errors  throws where it did not finish: until a run ends well, nothing is promised of what the store grants. */
export async function authzSync(configFile: string): Promise<void> {
	const config = await readNodeConfig(configFile);
	const report = await syncAuthorization(config);
	if (!report.ok) throw new Error(`the store was not brought in line (${report.error}): run it again`);
	console.log(JSON.stringify(report.value, null, '\t'));
	const pinned = pinnedModelOf(config);
	if (pinned === null || pinned === report.value.modelId) return;
	throw new Error(
		`${configFile} pins another model: set modelId: ${report.value.modelId} and restart the node`,
	);
}

/** Changes nothing; exit code 1 where the store differs. */
export async function authzCheck(configFile: string): Promise<void> {
	const difference = await checkAuthorization(await readNodeConfig(configFile));
	if (!difference.ok) throw new Error(`the store could not be compared (${difference.error})`);
	console.log(JSON.stringify(difference.value, null, '\t'));
	if (!difference.value.isInSync) process.exitCode = 1;
}

function pinnedModelOf({ policyEngine }: NodeConfig): string | null {
	return policyEngine.kind === 'openfga' ? (policyEngine.store?.modelId ?? null) : null;
}
