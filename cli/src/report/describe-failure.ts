// What stopped a command, said to a person: the operating system's refusals too, which name a code and a call.

/** Source: errno(3); the codes are those of Node's `SystemError`. */
const refusals: Readonly<Record<string, string>> = {
	ENOENT: 'there is no such file or folder',
	ENOTDIR: 'a part of this path is a file, and not a folder',
	EISDIR: 'this is a folder, and not a file',
	EEXIST: 'this exists already, and nothing is written over it',
	EACCES: 'this user may not read or write it',
	EPERM: 'this user may not read or write it',
	EROFS: 'it stands on a file system that is read-only',
	ENOSPC: 'the disk is full',
	EADDRINUSE: 'something listens there already; is it running?',
};

export function describeFailure(error: unknown): string {
	if (!(error instanceof Error)) return 'failed';
	const refusal = 'code' in error && typeof error.code === 'string' ? refusals[error.code] : undefined;
	const place = placeOf(error);
	return refusal === undefined || place === null ? error.message : `${place}: ${refusal}`;
}

/** A path, or the address of a socket. */
function placeOf(error: Error): string | null {
	if ('path' in error && typeof error.path === 'string') return error.path;
	if (!('port' in error && typeof error.port === 'number')) return null;
	const host = 'address' in error && typeof error.address === 'string' ? error.address : 'port';
	return `${host}:${error.port}`;
}
