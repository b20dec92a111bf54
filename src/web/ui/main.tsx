/**
 * The console: what an operator sees. In: the API and its two sockets; out: requests. Runs in the browser and imports from
 * the server only types (and the pure reader of the wall's frames). One folder a thing: link (sockets, requests), wall,
 * incidents, shell (frame, keyboard, sign-in), words (Vietnamese, English).
 */
import { render } from 'preact';
import './style.css';
import { App } from './shell/app.tsx';

render(<App />, document.body);
