// What docker-compose.yml promises of its containers, so that an edit cannot drop a wall unseen. That the walls stand
// is tried from inside by `pnpm test:compose`.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Service {
	readonly image: string;
	readonly networks?: readonly string[];
	readonly network_mode?: string;
	readonly volumes?: readonly string[];
	readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
	readonly [key: string]: unknown;
}

const text = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8');
const { services, volumes, networks } = parse(text, { merge: true, maxAliasCount: 500 }) as {
	readonly services: Readonly<Record<string, Service>>;
	readonly volumes: Readonly<Record<string, unknown>>;
	readonly networks: Readonly<Record<string, unknown>>;
};
const hospitals = ['north', 'south', 'east', 'west'];
/** They make and join the sample network for all of its operators, and end. */
const oneShots = ['secrets', 'found', 'join'];
const longRunning = Object.entries(services).filter(
	([name]) => !oneShots.includes(name) && !/-(?:enrol|authz|openfga-migrate)$/.test(name),
);

function mountsOf({ volumes: mounts = [] }: Service): readonly string[] {
	return mounts.map((mount) => mount.split(':')[0] ?? '');
}

function networksOf({ networks: names = [] }: Service): readonly string[] {
	return [...names].sort();
}

describe('docker-compose.yml', () => {
	it.each(Object.entries(services))(
		'runs %s without root, privileges, a writable root file system or a published port, within limits',
		(_name, service) => {
			expect(service).toMatchObject({
				read_only: true,
				cap_drop: ['ALL'],
				security_opt: ['no-new-privileges:true'],
				mem_limit: expect.any(String),
				cpus: expect.any(Number),
				pids_limit: expect.any(Number),
			});
			expect(service['user']).toMatch(/^(?:1000:1000|999:999)$/);
			for (const key of ['privileged', 'ports', 'cap_add', 'extra_hosts', 'pid', 'devices']) {
				expect(service).not.toHaveProperty(key);
			}
			expect(['cordon:local', 'postgres:18-bookworm', 'openfga/openfga:v1']).toContain(service.image);
		},
	);

	it.each(longRunning.filter(([name]) => name !== 'researcher'))(
		'knows whether %s is well',
		(_name, service) => {
			expect(service['healthcheck']).toMatchObject({ test: expect.any(Array) });
			expect(service).toMatchObject({ restart: 'unless-stopped' });
		},
	);

	it.each(Object.entries(networks))('has no network that leads outside: %s', (_name, network) => {
		expect(network).toEqual({
			internal: true,
			// Without it the machine's own services could be reached.
			driver_opts: { 'com.docker.network.bridge.inhibit_ipv4': 'true' },
		});
	});

	it('mounts named volumes and nothing of the machine', () => {
		for (const service of Object.values(services)) {
			for (const mount of mountsOf(service)) expect(Object.keys(volumes)).toContain(mount);
		}
	});

	it.each(hospitals)(
		'walls %s in: its own network, and a line on which only coordinator and issuer are',
		(id) => {
			const on = (network: string): readonly string[] =>
				Object.entries(services)
					.filter(([, service]) => networksOf(service).includes(network))
					.map(([name]) => name)
					.sort();
			expect(on(id)).toEqual(
				['authz', 'node', 'openfga', 'openfga-migrate', 'postgres'].map((part) => `${id}-${part}`),
			);
			expect(on(`${id}-line`)).toEqual(['coordinator', `${id}-enrol`, `${id}-node`, 'issuer'].sort());
		},
	);

	it.each(hospitals)('gives what is of %s to no other party that stays', (id) => {
		const own = new Set(Object.keys(volumes).filter((name) => name === id || name.startsWith(`${id}-`)));
		expect(own.size).toBe(5);
		for (const [name, service] of Object.entries(services)) {
			if (oneShots.includes(name) || name.startsWith(`${id}-`)) continue;
			expect(
				mountsOf(service).filter((mount) => own.has(mount)),
				name,
			).toEqual([]);
		}
	});

	it('gives a party that stays no volume of another', () => {
		for (const [name, service] of longRunning) {
			const party = name.split('-')[0] ?? '';
			const allowed = party === 'researcher' ? ['people', 'sample'] : [party];
			for (const mount of mountsOf(service)) expect(allowed, name).toContain(mount.split('-')[0]);
		}
	});

	it('lets a node read its hospital files, and not change them', () => {
		for (const id of hospitals) {
			expect(services[`${id}-node`]?.volumes).toContain(`${id}-files:/network/sample/${id}:ro`);
		}
	});

	it('is the same for every hospital', () => {
		const shapeOf = (id: string): string => {
			const own = Object.entries(services).filter(([name]) => name.startsWith(`${id}-`));
			return JSON.stringify(own).replaceAll(id, 'HOSPITAL');
		};
		for (const id of hospitals) expect(shapeOf(id)).toBe(shapeOf('north'));
	});
});
