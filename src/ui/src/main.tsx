import { render, type JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Api, takeKeyFromAddress, type Config } from './api';
import { HealthPage } from './health';
import { HomePage } from './home';
import { InstancePage } from './instance';
import { ListPage } from './list';
import { ApiContext, Card, Field, Form, valueOf } from './parts';
import { flawOfId, parseRoute, toHealth, toHome, toList, toStart, type Route } from './route';
import { rememberId } from './recent';
import { StartPage } from './start';

type KeyState = 'not asked' | 'missing' | 'refused';

function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = (): void => {
      // A key that is pasted into the address of an open page.
      if (location.hash.startsWith('#key=')) {
        takeKeyFromAddress();
        location.reload();
        return;
      }
      setHash(location.hash);
    };
    window.addEventListener('hashchange', changed);
    return () => {
      window.removeEventListener('hashchange', changed);
    };
  }, []);
  return useMemo(() => parseRoute(hash), [hash]);
}

function titleOf(route: Route): string {
  switch (route.page) {
    case 'id':
      return route.id;
    case 'list':
      return 'Instances';
    case 'start':
      return 'Start';
    case 'health':
      return 'Health';
    default:
      return 'Who holds this ID?';
  }
}

function App({ config }: { config: Config }): JSX.Element {
  const route = useRoute();
  const [keyState, setKeyState] = useState<KeyState>('not asked');
  const [attempt, setAttempt] = useState(0);
  const [refusal, setRefusal] = useState('');
  const api = useMemo(() => new Api(config, (wasRefused, message) => {
    setKeyState(wasRefused ? 'refused' : 'missing');
    setRefusal(message);
  }), [config]);
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);

  useLayoutEffect(() => {
    document.title = `${titleOf(route)} – Soliton`;
    if (route.page === 'id' && flawOfId(route.id) === '') rememberId(route.id);
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    main.current?.querySelector('h1')?.focus();
    window.scrollTo(0, 0);
  }, [route]);

  return (
    <ApiContext.Provider value={api}>
      <button type="button" class="skip" onClick={() => main.current?.querySelector('h1')?.focus()}>
        To the content
      </button>
      <header class="top">
        <a class="brand" href={toHome()} aria-label="Soliton, start page">
          <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true" focusable="false">
            <path d="M2 24c7 0 8-16 14-16s7 16 14 16" />
          </svg>
          Soliton
        </a>
        <nav aria-label="Pages">
          <Link to={toHome()} is={route.page === 'home'}>Start page</Link>
          <Link to={toList()} is={route.page === 'list'}>Instances</Link>
          {!api.isReadOnly && <Link to={toStart()} is={route.page === 'start'}>Start one</Link>}
          <Link to={toHealth()} is={route.page === 'health'}>Health</Link>
        </nav>
        <div class="aside">
          {api.isReadOnly && <span class="badge">read-only</span>}
          {config.user !== undefined && <span class="quiet">{config.user}</span>}
          {api.hasKey && keyState === 'not asked' && (
            <button
              type="button"
              class="small"
              onClick={() => {
                api.setKey('');
                setKeyState('missing');
              }}
            >
              Forget the key
            </button>
          )}
        </div>
      </header>
      <main ref={main}>
        {keyState === 'not asked' ? (
          <Page key={`${attempt}`} route={route} />
        ) : config.auth === 'easyauth' ? (
          <SignIn refusal={refusal} />
        ) : (
          <KeyForm
            wasRefused={keyState === 'refused'}
            give={(key) => {
              api.setKey(key);
              setKeyState('not asked');
              setAttempt(attempt + 1);
            }}
          />
        )}
      </main>
      <footer>
        <span>Soliton {config.version}</span>
        <span>Times are those of this browser’s clock.</span>
      </footer>
    </ApiContext.Provider>
  );
}

function Link({ to, is, children }: { to: string; is: boolean; children: string }): JSX.Element {
  return (
    <a href={to} {...(is ? { 'aria-current': 'page' as const } : {})}>
      {children}
    </a>
  );
}

function Page({ route }: { route: Route }): JSX.Element {
  switch (route.page) {
    case 'home':
      return <HomePage />;
    case 'list':
      return <ListPage query={route.query} />;
    case 'id':
      return <InstancePage id={route.id} />;
    case 'start':
      return <StartPage key={route.query.toString()} query={route.query} />;
    case 'health':
      return <HealthPage />;
    default:
      return (
        <>
          <h1 tabIndex={-1}>No such page</h1>
          <p>
            <a href={toHome()}>To the start page</a>
          </p>
        </>
      );
  }
}

function KeyForm({ wasRefused, give }: { wasRefused: boolean; give: (key: string) => void }): JSX.Element {
  const [key, setKey] = useState('');
  return (
    <>
      <h1 tabIndex={-1}>A key is needed</h1>
      <Card title="Key of the function app">
        {wasRefused && (
          <p class="note bad" role="alert">
            The app has refused that key.
          </p>
        )}
        <Form
          label="Key"
          onSubmit={() => {
            if (key.trim() !== '') give(key.trim());
          }}
        >
          <Field label="Host key" hint="It stays in this tab, and goes nowhere but to this app, as a header.">
            <input type="password" class="mono" required autocomplete="off" value={key} onInput={(event) => { setKey(valueOf(event)); }} />
          </Field>
          <div class="buttons">
            <button type="submit" class="primary">
              Use it
            </button>
          </div>
        </Form>
      </Card>
    </>
  );
}

function SignIn({ refusal }: { refusal: string }): JSX.Element {
  return (
    <>
      <h1 tabIndex={-1}>You are not signed in</h1>
      <p class="note warn" role="alert">
        {refusal}
      </p>
      <p>
        <a href="/.auth/login/aad?post_login_redirect_uri=%2Fapi%2Fui%2F">Sign in with Microsoft Entra</a>, or with the provider that this app is set up for.
      </p>
    </>
  );
}

async function begin(): Promise<void> {
  takeKeyFromAddress();
  const place = document.getElementById('app');
  if (!place) return;
  try {
    const response = await fetch('config.json', { cache: 'no-store', headers: { 'X-Soliton-UI': '1' } });
    if (!response.ok) throw new Error(`The app answered ${response.status}.`);
    render(<App config={(await response.json()) as Config} />, place);
  } catch (trouble) {
    render(
      <main>
        <h1>The dashboard cannot begin</h1>
        <p class="note bad" role="alert">
          {trouble instanceof Error ? trouble.message : String(trouble)}
        </p>
      </main>,
      place,
    );
  }
}

void begin();
