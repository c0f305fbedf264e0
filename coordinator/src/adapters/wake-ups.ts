// Wakes long polls of this process; what is lost at a restart is only the waiting, never a message.

import type { WaitingMessage, WakeUps } from '../ports.ts';

type Woken = (posted: readonly WaitingMessage[]) => void;

export function memoryWakeUps(): WakeUps {
	const waiting = new Map<string, Set<Woken>>();
	const wake = (topic: string, posted: readonly WaitingMessage[] = []): void => {
		const woken = waiting.get(topic) ?? new Set();
		waiting.delete(topic);
		for (const call of woken) call(posted);
	};
	return {
		wake,
		once: (topic, woken) => {
			const calls = waiting.get(topic) ?? new Set();
			waiting.set(topic, calls.add(woken));
			return () => {
				calls.delete(woken);
			};
		},
		wakeAll: () => {
			for (const topic of [...waiting.keys()]) wake(topic);
		},
	};
}
