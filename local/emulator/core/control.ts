import { Hono } from 'hono';
import type { Fault, Faults } from './faults';
import type { RequestLog } from './request-log';
import type { Service } from './service';
import { changeSettings } from './settings';

/**
 * The local interface under `/_emulator`, JSON in and out:
 *
 * | call | does |
 * |---|---|
 * | `GET /requests` | `{ requests: RequestRecord[] }`, oldest first; the text of blobs only with `?text=true` |
 * | `DELETE /requests` | empties the log |
 * | `GET /faults` | `{ faults: Fault[] }` that still wait for their calls |
 * | `POST /faults` | adds one `Fault` or a list of them, for example `{"operation":"DeleteDataset","kind":"drop","times":2}` |
 * | `DELETE /faults` | forgets them all and frees what is stuck |
 * | `GET /settings` | the settings of every service, by its name |
 * | `PATCH /settings` | changes the given members, for example `{"lookoutvision":{"latency":{"createDataset":0}}}` |
 * | `POST /reset` | as freshly started: no projects, faults or requests, and the settings of the start |
 *
 * A wrong call is answered 400 with `{ message }`.
 */
export function controlApp(services: readonly Service[], log: RequestLog, faults: Faults, reset: () => void): Hono {
  const settings = () => Object.fromEntries(services.map((service) => [service.name, service.settings]));
  const app = new Hono();

  app.get('/requests', (c) => c.json({
    requests: c.req.query('text') === 'true' ? log.list() : log.list().map(({ text: _, ...record }) => record),
  }));
  app.delete('/requests', (c) => { log.clear(); return c.json({}); });

  app.get('/faults', (c) => c.json({ faults: faults.list() }));
  app.post('/faults', async (c) => {
    const given = await c.req.json<Fault | Fault[]>();
    for (const fault of Array.isArray(given) ? given : [given]) faults.add(fault);
    return c.json({});
  });
  app.delete('/faults', (c) => { faults.clear(); return c.json({}); });

  app.get('/settings', (c) => c.json(settings()));
  app.patch('/settings', async (c) => {
    const choices = Object.fromEntries(services.flatMap(({ name, settingChoices }) =>
      Object.entries(settingChoices).map(([setting, words]) => [`${name}.${setting}`, words])));
    changeSettings(settings(), await c.req.json(), choices);
    return c.json(settings());
  });

  app.post('/reset', (c) => { reset(); return c.json({}); });
  app.onError((error, c) => c.json({ message: error.message }, 400));
  app.all('*', (c) => c.json({ message: `there is no ${c.req.method} ${c.req.path} here` }, 404));
  return app;
}
