import { expect, test } from '../test.ts';

const PLUGINS = ['crash-lab', 'palette', 'react-probe', 'service-desk', 'stock-room'];

test('the widgets of the demo’s plugins work in frames as they do in the page', async ({
  demo,
  react,
  expected,
}) => {
  expected.push(/ThrowsInRender|403/);
  for (const id of PLUGINS) {
    const { status } = await fetch(new URL(`/api/plugins/${id}/sandbox-frontend`, demo.url), {
      method: 'POST',
    });
    expect(status).toBe(200);
  }
  const frameOf = (name: string) => demo.panel(name).first().frameLocator('iframe');
  await demo.open('/plugin/react-probe/identity');
  const probe = frameOf('react-probe/Probe').getByTestId('probe');
  await expect(probe).toHaveAttribute('data-all-same', 'true');
  await expect(probe).toHaveAttribute('data-react-version', new RegExp(`^${react}\\.`));
  await expect(probe).toHaveAttribute('data-hooks', 'true');
  await expect(probe).toHaveAttribute('data-config-frozen', 'true');

  await demo.open('/plugin/palette/colours');
  await expect(frameOf('palette/Palette').getByRole('heading', { name: 'Classes' })).toBeVisible();

  await demo.open('/plugin/service-desk/overview');
  const queue = frameOf('service-desk/TicketQueue');
  await expect(queue.getByText('Payroll export stops at row 5,000')).toBeVisible();
  await expect(frameOf('service-desk/AttachmentStorage').getByText('nearly full')).toBeVisible();

  await demo.open('/plugin/service-desk/desk');
  const tally = frameOf('service-desk/Tally');
  await tally.getByRole('button', { name: 'Count' }).click();
  await expect(tally.getByTestId('count')).toHaveText('1');
  const reply = frameOf('service-desk/ReplyBox');
  await reply.getByRole('textbox', { name: 'Message' }).fill('It works again.');
  await reply.getByRole('button', { name: 'Send' }).click();
  await expect(reply.getByText('R-2041')).toBeVisible();

  await demo.open('/plugin/stock-room/shelves');
  const shelf = frameOf('stock-room/Tally');
  const stock = shelf.getByTestId('count');
  const before = Number(await stock.textContent());
  await shelf.getByRole('button').last().click();
  await expect(stock).toHaveText(String(before + 1));

  await demo.open('/plugin/crash-lab/render');
  const counter = frameOf('crash-lab/Counter');
  await counter.getByRole('button').click();
  await expect(counter.getByTestId('count')).toHaveText('1');
});
