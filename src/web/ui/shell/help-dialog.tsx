import { words } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

export function HelpDialog({ close }: { readonly close: () => void }) {
  const w = words().help;
  return (
    <Dialog title={w.title} close={close}>
      <table class="keys">
        <tbody>
          {w.keys.map(([key, meaning]) => (
            <tr key={key}>
              <th scope="row">
                <kbd>{key}</kbd>
              </th>
              <td>{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
