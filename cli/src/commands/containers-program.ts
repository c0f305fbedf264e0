// The words of `cordon containers`, which docker-compose.yml says and nobody types.

import { Command } from '@commander-js/extra-typings';
import { containersFound, containersJoin, containersSecrets } from './containers-commands.ts';
import { wholeNumber } from './whole-number.ts';

export function containersProgram(): Command {
	const containers = new Command('containers').description(
		'the steps by which docker-compose.yml makes and joins its sample network',
	);
	const root = ['--root <folder>', 'where the volumes are mounted', '/network'] as const;

	containers
		.command('secrets')
		.description('make certificates, passwords and the configuration of the servers')
		.option(...root)
		.option('--hospitals <number>', 'hospitals', wholeNumber, 4)
		.action(({ root: folder, hospitals }) => containersSecrets(folder, hospitals));
	containers
		.command('found')
		.description('make the sample files and found their network')
		.option(...root)
		.option('--patients <number>', 'patients of all hospitals together', wholeNumber, 2000)
		.option('--hospitals <number>', 'hospitals', wholeNumber, 4)
		.option('--seed <number>', 'the same seed makes the same files', wholeNumber, 1)
		.action(({ root: folder, ...size }) => containersFound(folder, size));
	containers
		.command('join')
		.description('accept the manifest at every node, and have each take in its files')
		.option(...root)
		.action(({ root: folder }) => containersJoin(folder));
	return containers;
}
