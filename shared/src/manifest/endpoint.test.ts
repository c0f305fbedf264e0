import { describe, expect, it } from 'vitest';
import { isPlainHttpOffLoopback } from './endpoint.ts';

describe('isPlainHttpOffLoopback', () => {
	it.each([
		'https://coordinator.example',
		'https://10.0.0.1:8443/path',
		'http://localhost:8440',
		'HTTP://LOCALHOST',
		'http://127.0.0.1',
		'http://[::1]:8440/',
		// Another spelling of the same address, which the URL standard makes 127.0.0.1.
		'http://2130706433/',
	])('lets %s pass', (address) => {
		expect(isPlainHttpOffLoopback(address)).toBe(false);
	});

	it.each([
		'http://coordinator.example',
		'http://10.0.0.1',
		'http://localhost.example',
		'http://localhost@evil.example',
		'http://127.0.0.1.evil.example',
		'http://127.0.0.1@evil.example:80',
		'http://[::ffff:10.0.0.1]',
		'http://0.0.0.0',
		'http://[::]',
		'ws://localhost',
		'ftp://localhost',
		'file:///etc/passwd',
		'data:,x',
		'localhost:8440',
		'//localhost',
		'http://',
		'not an address',
		'',
	])('refuses %j', (address) => {
		expect(isPlainHttpOffLoopback(address)).toBe(true);
	});
});
