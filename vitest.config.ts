import { defineConfig } from 'vitest/config';

// Where set, the results are also written there as JSON, for .ci/run to add up.
const report = process.env['CORDON_TEST_REPORT'];

export default defineConfig({
	test: {
		include: ['{shared,node,coordinator,policies,cli}/src/**/*.test.ts', 'test/**/*.test.ts'],
		globalSetup: ['test/servers/server-setup.ts'],
		testTimeout: 120_000,
		hookTimeout: 240_000,
		maxWorkers: 2,
		reporters: report === undefined ? ['default'] : ['default', 'json'],
		...(report === undefined ? {} : { outputFile: { json: report } }),
	},
});
