// `cordon node doctor` and `cordon coordinator doctor`: what is right, what is not, and the mend of each.

import { systemClock } from '@cordon/shared';
import { examineCoordinator } from '../doctor/coordinator-doctor.ts';
import { describeFinding, type Finding, right, wrong } from '../doctor/finding.ts';
import { examineNode } from '../doctor/node-doctor.ts';
import { InputWrong } from '../processes/input-wrong.ts';
import { readCoordinatorConfig } from './coordinator-commands.ts';
import { readNodeConfig } from './node-commands.ts';

export interface DoctorOptions {
	readonly config: string;
	readonly json: boolean;
}

export async function nodeDoctor({ config, json }: DoctorOptions): Promise<void> {
	report(await examine(config, readNodeConfig, (read) => examineNode(read, systemClock)), json);
}

export async function coordinatorDoctor({ config, json }: DoctorOptions): Promise<void> {
	report(await examine(config, readCoordinatorConfig, examineCoordinator), json);
}

async function examine<T>(
	file: string,
	read: (file: string) => Promise<T>,
	look: (config: T) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
	try {
		const config = await read(file);
		return [right('configuration', `${file} is readable`), ...(await look(config))];
	} catch (error) {
		if (!(error instanceof InputWrong)) throw error;
		return [wrong('configuration', error.message, 'mend the file: nothing else can be looked at before')];
	}
}

function report(findings: readonly Finding[], json: boolean): void {
	const isRight = findings.every(({ state }) => state !== 'wrong');
	if (json) console.log(JSON.stringify({ cordon: 1, right: isRight, findings }));
	else for (const finding of findings) console.log(describeFinding(finding));
	if (!isRight) process.exitCode = 1;
}
