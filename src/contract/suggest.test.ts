import { expect, test } from 'vitest';
import { suggest } from './suggest.ts';

test('suggests up to three similar names, the most similar first, with their plugin', () => {
  const names = ['TicketList', 'other/TicketLst', 'Ticket', 'Clock', 'TicketLists', 'TicketLisssst'];
  expect(suggest('TicketLst', names)).toEqual(['other/TicketLst', 'TicketList', 'TicketLists']);
  expect(suggest('ticketlist', names)[0]).toBe('TicketList');
});

test('suggests nothing if no name is similar', () => {
  expect(suggest('constructor', ['TicketList', 'Clock'])).toEqual([]);
  expect(suggest('x', [])).toEqual([]);
});
