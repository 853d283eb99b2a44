import { expect, test } from 'vitest';
import { nearest } from './suggest.ts';

test('finds up to three similar names, nearest first, with their plugin', () => {
  const names = ['TicketList', 'other/TicketLst', 'Ticket', 'Clock', 'TicketLists', 'TicketLisssst'];
  expect(nearest('TicketLst', names)).toEqual(['other/TicketLst', 'TicketList', 'TicketLists']);
  expect(nearest('ticketlist', names)[0]).toBe('TicketList');
});

test('finds nothing where nothing is alike', () => {
  expect(nearest('constructor', ['TicketList', 'Clock'])).toEqual([]);
  expect(nearest('x', [])).toEqual([]);
});
