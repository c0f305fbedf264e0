// What docker-compose.yml promises of its container, so that an edit cannot drop a wall unseen.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const text = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8');
const { services, volumes } = parse(text) as {
	readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
	readonly volumes: Readonly<Record<string, unknown>>;
};

describe('docker-compose.yml', () => {
	it.each(Object.entries(services))(
		'runs %s without root, privileges or a writable root file system',
		(_name, service) => {
			expect(service).toMatchObject({
				user: 'node',
				read_only: true,
				cap_drop: ['ALL'],
				security_opt: ['no-new-privileges:true'],
				init: true,
			});
			expect(service).not.toHaveProperty('privileged');
			expect(service).not.toHaveProperty('ports');
			expect(service['healthcheck']).toBeDefined();
		},
	);

	it('mounts the checkout to read, and a named volume to write', () => {
		const mounts = Object.values(services).flatMap(({ volumes: own }) => own as readonly string[]);
		for (const mount of mounts) {
			const [source = ''] = mount.split(':');
			expect(mount.endsWith(':ro') || Object.hasOwn(volumes, source), mount).toBe(true);
		}
	});
});
